import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf } from '../../../manifest/index.ts';
import { checkPermission, type PermissionDecision, type PermissionPolicy } from '../../security/index.ts';
import { denied, fail, outputLimit, quote } from '../failures.ts';
import { connectionFailure, garbled } from './answer-failures.ts';
import { addressesOf, type HostResolver } from './host-resolver.ts';
import type { Answer, Hop } from './hop.ts';
import { readBody } from './read-body.ts';

export interface Wire {
  readonly tool: string;
  readonly policy: PermissionPolicy;
  readonly checked: (decision: PermissionDecision) => void;
  readonly resolveHost: HostResolver;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

const maxHeaderBytes = 32_768;

/** Sends one request to addresses that have been checked, and to no others. Throws failures. */
export async function send(hop: Hop, wire: Wire): Promise<Answer> {
  const target = hostOf(hop.url);
  requireHost(target, wire);
  try {
    const addresses = await addressesOf(target.host, wire);
    // One that is refused is reason enough: it is not known to which of them a client would go.
    for (const address of addresses) requireHost({ ...target, address }, wire);
    const message = await exchange({ hop, target, addresses }, wire.signal);
    try {
      return await readAnswer(message, { hop, wire });
    } finally {
      message.destroy();
    }
  } catch (error) {
    return fail(connectionFailure(error, { tool: wire.tool, host: target.host }));
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly address?: string;
}

/** Throws the denial of a host that may not be reached, or of where it really is. */
export function requireHost({ host, port, address }: Target, asking: Pick<Wire, 'tool' | 'policy' | 'checked'>): void {
  const { tool, policy, checked } = asking;
  const request = { kind: 'network', host, port, ...(address !== undefined && { address }) } as const;
  const decision = checkPermission(request, policy);
  if (decision.allowed) {
    checked(decision);
    return;
  }
  const place = quote(`${host}:${port}`);
  const message = `Tool "${tool}" may not reach ${place}: ${decision.reason} (rule ${decision.rule}).`;
  fail(denied(message, decision, decision.hint));
}

interface Exchange {
  readonly hop: Hop;
  readonly target: Target;
  readonly addresses: readonly string[];
}

async function exchange({ hop, target, addresses }: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, method, headers, body } = hop;
  const isSecure = url.protocol === 'https:';
  const options: RequestOptions = {
    host: target.host,
    port: target.port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    // A connection of its own: none that is open already, and none through a proxy that would look the host up again.
    agent: false,
    lookup: pinnedLookup(addresses),
    maxHeaderSize: maxHeaderBytes,
    signal,
  };
  const secure = { ...options, servername: isIP(target.host) === 0 ? target.host : '', rejectUnauthorized: true };
  return await new Promise((resolve, reject) => {
    const sent = isSecure ? httpsRequest(secure) : httpRequest(options);
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Answers with what was looked up and checked before: a name that means another address by now leads nowhere else. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, answer) => {
    const [first] = found;
    if (first === undefined) answer(Object.assign(new Error('No address.'), { code: 'ENOTFOUND' }), '');
    else if (all === true) answer(null, found);
    else answer(null, first.address, first.family);
  };
}

async function readAnswer(
  message: IncomingMessage,
  { hop, wire }: { readonly hop: Hop; readonly wire: Wire },
): Promise<Answer> {
  const { tool, maxOutputBytes } = wire;
  const status = message.statusCode ?? 0;
  const headers = flatHeaders(message);
  // Where it leads is in the headers of a redirect, and nobody reads what else it says.
  const hasBody = hop.method !== 'HEAD' && (status < 300 || status >= 400);
  if (!hasBody) return { status, headers, body: Buffer.alloc(0) };
  const read = await readBody(message, headers['content-encoding'] ?? '', maxOutputBytes);
  if (read.ok) return { status, headers, body: read.body };
  if (read.problem === 'too_large') return fail(outputLimit(tool, maxOutputBytes, 'The answer to the request'));
  if (read.problem === 'encoding') return fail(garbled(tool, 'it is packed in a way that was not asked for'));
  wire.signal.throwIfAborted();
  return fail(garbled(tool, 'it cannot be unpacked, or broke off'));
}

function flatHeaders({ headers }: IncomingMessage): Record<string, string> {
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return Object.fromEntries(
    flat.flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])),
  );
}
