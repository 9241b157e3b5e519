import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** All addresses of a name. Asked once for a connection, which then goes to what was answered and checked. */
export type HostResolver = (host: string) => Promise<readonly string[]>;

export const systemResolver: HostResolver = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/** Nothing can end a look-up, so that nobody waits for one that is too slow. */
export async function addressesOf(
  host: string,
  { resolveHost, signal }: { readonly resolveHost: HostResolver; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(new Error('The look-up was ended.'));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([resolveHost(host), aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
