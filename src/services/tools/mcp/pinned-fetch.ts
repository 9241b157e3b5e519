import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { exchange, type CheckedPlace } from '../http/checked-connection.ts';

/** Statuses that a `Response` takes without a body alone. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` whose connections go to addresses that have been checked, and to no others. It follows no redirects, and unpacks
 * nothing: an answer that came packed is none.
 */
export function pinnedFetch(place: CheckedPlace): FetchLike {
  return async (wanted, init) => {
    const { body, signal } = init ?? {};
    if (body !== undefined && body !== null && typeof body !== 'string') throw new Error('the body is no text');
    const hop = {
      url: new URL(wanted),
      method: init?.method ?? 'GET',
      headers: { ...Object.fromEntries(new Headers(init?.headers)), 'accept-encoding': 'identity' },
      ...(typeof body === 'string' && { body }),
    };
    return toResponse(await exchange(hop, place, signal ?? undefined));
  };
}

function toResponse(message: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = message;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' || status < 200 || status > 599) {
    message.destroy();
    throw new Error('the answer is packed, or has no status that there is');
  }
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) for (const each of [value ?? []].flat()) kept.append(name, each);
  if (!bodiless.has(status)) return new Response(Readable.toWeb(message), { status, statusText, headers: kept });
  message.resume();
  return new Response(null, { status, statusText, headers: kept });
}
