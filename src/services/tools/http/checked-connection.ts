import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { checkPermission, type PermissionDecision, type PermissionPolicy } from '../../security/index.ts';
import { denied, fail, quote } from '../failures.ts';
import { connectionFailure } from './answer-failures.ts';
import { addressesOf, type HostResolver } from './host-resolver.ts';
import type { Hop } from './hop.ts';

/** Who wants to reach a host, and what is permitted. */
export interface Asking {
  readonly tool: string;
  readonly policy: PermissionPolicy;
  readonly checked: (decision: PermissionDecision) => void;
  readonly resolveHost: HostResolver;
  readonly signal: AbortSignal;
}

/** A host with all of its addresses, each of which has been checked. */
export interface CheckedPlace {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

const maxHeaderBytes = 32_768;

/** Looks a host up, once. Throws the denial of what may not be reached, or the failure of a name that leads nowhere. */
export async function checkedPlace(target: Omit<Target, 'address'>, asking: Asking): Promise<CheckedPlace> {
  requireHost(target, asking);
  try {
    const place = { ...target, addresses: await addressesOf(target.host, asking) };
    requireAddresses(place, asking);
    return place;
  } catch (error) {
    return fail(connectionFailure(error, { tool: asking.tool, host: target.host }));
  }
}

/** One that is refused is reason enough: it is not known to which of them a client would go. */
export function requireAddresses(place: CheckedPlace, asking: Pick<Asking, 'tool' | 'policy' | 'checked'>): void {
  const { host, port, addresses } = place;
  for (const address of addresses) requireHost({ host, port, address }, asking);
}

/** A host, and where it really is as soon as that is known. */
interface Target {
  readonly host: string;
  readonly port: number;
  readonly address?: string;
}

/** Throws the denial of a host that may not be reached, or of where it really is. */
export function requireHost(
  { host, port, address }: Target,
  asking: Pick<Asking, 'tool' | 'policy' | 'checked'>,
): void {
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

/** Sends a request to the place that was checked, whatever its name has come to mean meanwhile. */
export async function exchange(
  hop: Hop,
  { host, port, addresses }: CheckedPlace,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const { url, method, headers, body } = hop;
  const options: RequestOptions = {
    host,
    port,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    // A connection of its own: none that is open already, and none through a proxy that would look the host up again.
    agent: false,
    lookup: pinnedLookup(addresses),
    maxHeaderSize: maxHeaderBytes,
    ...(signal !== undefined && { signal }),
  };
  const secure = { ...options, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: true };
  return await new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest(secure) : httpRequest(options);
    sent.once('response', resolve);
    sent.on('error', reject);
    // Without an answer, or with another protocol in place of one.
    sent.once('close', () => reject(new Error('The connection was closed.')));
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
