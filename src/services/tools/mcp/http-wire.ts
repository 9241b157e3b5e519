import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Failure } from '../../../errors/index.ts';
import { connectionFailure } from '../http/answer-failures.ts';
import type { CheckedPlace } from '../http/checked-connection.ts';
import { brokenProtocol, unreachable } from './failures.ts';
import { pinnedFetch } from './pinned-fetch.ts';
import type { McpSdk } from './sdk.ts';
import { createAllowance, type Allowance, type Wire } from './wire.ts';

export interface ServerAddress {
  readonly server: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxMessageBytes: number;
  /** Where the url leads, checked; connections go nowhere else as long as the wire is there. */
  readonly place: CheckedPlace;
}

/** A session that nobody ends takes up room at the server; nobody waits longer than this to end it. */
const farewellMs = 500;

/** A server at an address, spoken to by streamable HTTP. */
export function createHttpWire(address: ServerAddress, sdk: McpSdk): Wire {
  const { server, url, headers, maxMessageBytes } = address;
  const allowance = createAllowance(maxMessageBytes);
  let failure: Failure | undefined;
  let closing: Promise<void> | undefined;
  const lose = (reason: Failure): void => {
    if (closing !== undefined) return;
    failure = reason;
    closing = transport.close();
  };
  const transport = new sdk.StreamableHTTPClientTransport(url, {
    requestInit: { headers: { ...headers }, redirect: 'manual' },
    fetch: watchedFetch(address, { allowance, lose }),
    // A connection that has dropped is made anew by the next call, not behind its back.
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  // The client of the protocol puts its own listener in front of this one.
  Object.assign(transport, {
    onerror: ({ name }: Error) => {
      if (name === 'SyntaxError' || name === 'ZodError') lose(brokenProtocol(server, 'It sent what is no message.'));
    },
  });
  const close = async (): Promise<void> => {
    await endSession(transport.terminateSession());
    await transport.close();
  };
  return {
    transport,
    place: address.place,
    allowMore: () => allowance.reset(),
    fault: () => failure,
    isOver: () => closing !== undefined,
    close: async () => await (closing ??= close()),
  };
}

async function endSession(farewell: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, farewellMs);
  });
  await Promise.race([farewell.catch(() => undefined), late]);
  clearTimeout(timer);
}

interface Watch {
  readonly allowance: Allowance;
  readonly lose: (reason: Failure) => void;
}

/** Goes to the declared address and nowhere else, and reads no more than is allowed. */
function watchedFetch(address: ServerAddress, watch: Watch): FetchLike {
  const { server, url, place } = address;
  const fetch = pinnedFetch(place);
  return async (wanted, init) => {
    if (String(wanted) !== url.href) throw new Error('the address is not the declared one');
    const response = await fetch(wanted, init).catch((error: unknown) => {
      // Its name may lead somewhere else by now: the next call looks it up, and checks it, anew.
      if (init?.method === 'POST') watch.lose(connectionFailure(error, { tool: server, host: place.host }));
      throw error;
    });
    const { status, statusText } = response;
    if (status === 404 && init?.method === 'POST')
      watch.lose(unreachable(server, 'does not know the session any more'));
    if (response.body === null) return response;
    const broken = (): void => {
      if (init?.method === 'POST') watch.lose(unreachable(server, 'has broken off the connection'));
    };
    return new Response(countedStream(response.body, { server, broken, ...watch }), {
      status,
      statusText,
      headers: response.headers,
    });
  };
}

interface Counting extends Watch {
  readonly server: string;
  readonly broken: () => void;
}

/** What nobody may read any more is not taken from the network either. */
function countedStream(body: ReadableStream<Uint8Array>, counting: Counting): ReadableStream<Uint8Array> {
  const { server, broken, allowance, lose } = counting;
  const reader = body.getReader();
  let isLeft = false;
  return new ReadableStream({
    async pull(controller) {
      const part = await reader.read().catch((error: unknown) => ({ error }));
      if (isLeft) return;
      if ('error' in part) {
        broken();
        return controller.error(part.error);
      }
      if (part.done) return controller.close();
      if (allowance.take(part.value.byteLength)) return controller.enqueue(part.value);
      lose(brokenProtocol(server, 'It sends more than anybody asked for.'));
      controller.error(new Error('The server sends too much.'));
      await reader.cancel();
    },
    async cancel(reason) {
      isLeft = true;
      await reader.cancel(reason);
    },
  });
}
