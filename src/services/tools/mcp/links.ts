import { failureError } from '../../../errors/index.ts';
import type { Connection } from './connection.ts';
import { unreachable } from './failures.ts';
import { untilAborted } from './until-aborted.ts';

/** A connection that is being made, used, or given up as soon as nobody uses it any more. */
export interface Link {
  readonly connection: Promise<Connection>;
  /** Aborted when the link is given up. */
  readonly stop: AbortController;
  listing: Promise<readonly unknown[]> | undefined;
  users: number;
  isRetired: boolean;
}

export interface Links {
  /** Does work with the connection there is, or else with a new one. Work that is stopped ends the connection. */
  use<Answer>(work: LinkWork<Answer>, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

type LinkWork<Answer> = (link: Link, connection: Connection) => Promise<Answer>;

/** Keeps one connection for all callers; the call after it was lost makes another one. */
export function createLinks(server: string, open: (signal: AbortSignal) => Promise<Connection>): Links {
  const closings = new Set<Promise<void>>();
  let current: Link | undefined;
  let isClosed = false;

  const retire = (link: Link): void => {
    if (current === link) current = undefined;
    link.isRetired = true;
    if (link.users > 0) return;
    link.stop.abort();
    const closing = closeLink(link).finally(() => closings.delete(closing));
    closings.add(closing);
  };
  const acquire = (): Link => {
    if (isClosed) throw failureError(unreachable(server, 'was ended, since the engine is closed'));
    if (current !== undefined) return current;
    const stop = new AbortController();
    const link: Link = { connection: open(stop.signal), stop, listing: undefined, users: 0, isRetired: false };
    link.connection.catch(() => retire(link));
    current = link;
    return link;
  };
  return {
    async use(work, signal) {
      const known = current;
      if (known !== undefined && (await isLost(known, signal))) retire(known);
      signal.throwIfAborted();
      const link = acquire();
      link.users += 1;
      try {
        return await untilAborted(
          link.connection.then(async (connection) => await work(link, connection)),
          signal,
        );
      } finally {
        link.users -= 1;
        // The server may be at work still on what nobody waits for.
        if (signal.aborted || link.isRetired) retire(link);
      }
    },
    async close() {
      isClosed = true;
      if (current !== undefined) {
        current.users = 0;
        retire(current);
      }
      await Promise.all(closings);
    },
  };
}

async function isLost(link: Link, signal: AbortSignal): Promise<boolean> {
  try {
    return (await untilAborted(link.connection, signal)).isLost();
  } catch {
    return !signal.aborted;
  }
}

async function closeLink({ connection }: Link): Promise<void> {
  try {
    await (await connection).close();
  } catch {
    // It was never made, and whoever tried has cleaned up.
  }
}
