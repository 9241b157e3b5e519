import { failureError } from '../../errors/index.ts';
import type { PlaceRequest, Places } from '../../hosts/index.ts';

interface CallRequest extends Omit<PlaceRequest, 'onFree'> {
  readonly signal: AbortSignal;
}

/**
 * Waits for a place for one call of a stage at work, and gives what gives it back. Who holds one waits for no other, so that calls
 * never wait for each other in a circle; a stage that waits is at work, and its time runs.
 */
export async function takePlace(places: Places, { signal, ...request }: CallRequest): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const place = places.take({ ...request, onFree: resolve });
  const onAbort = (): void => resolve();
  if (!place.isFree) {
    signal.addEventListener('abort', onAbort, { once: true });
    if (!signal.aborted) await promise;
    signal.removeEventListener('abort', onAbort);
  }
  if (!signal.aborted) return () => place.release();
  place.release();
  throw failureError({ code: 'cancelled.task', message: 'The call was cancelled.' });
}
