import { failureError } from '../../errors/index.ts';

export type Delay = (delayMs: number, signal: AbortSignal) => Promise<void>;

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

/** Ends early, with a `cancelled.task` failure, when the signal says so. Needs nothing of Node: models run in pages, too. */
export const realDelay: Delay = (delayMs, signal) =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/** Waits for the signal and nothing else. */
export function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(cancelled());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function cancelled(): Error {
  return failureError({ code: 'cancelled.task', message: 'The call of the model was cancelled.' });
}
