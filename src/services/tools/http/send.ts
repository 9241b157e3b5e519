import type { IncomingMessage } from 'node:http';
import { hostOf } from '../../../manifest/index.ts';
import { fail, outputLimit } from '../failures.ts';
import { connectionFailure, garbled } from './answer-failures.ts';
import { checkedPlace, exchange, type Asking } from './checked-connection.ts';
import type { Answer, Hop } from './hop.ts';
import { readBody } from './read-body.ts';

export interface Wire extends Asking {
  readonly maxOutputBytes: number;
}

/** Sends one request to addresses that have been checked, and to no others. Throws failures. */
export async function send(hop: Hop, wire: Wire): Promise<Answer> {
  const target = hostOf(hop.url);
  const place = await checkedPlace(target, wire);
  try {
    const message = await exchange(hop, place, wire.signal);
    try {
      return await readAnswer(message, { hop, wire });
    } finally {
      message.destroy();
    }
  } catch (error) {
    return fail(connectionFailure(error, { tool: wire.tool, host: target.host }));
  }
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
