import type { SinkTimers } from './sink-timers.ts';

/** The first look comes after so long; later ones come seldom, since a sink may hang for ever. */
const firstLookMs = 10;
const longestLookMs = 1_000;
const growth = 1.5;
/** What is later than that is no jitter of timers. */
const leastLateMs = 5;

/**
 * Measures how long a sink keeps the thread after it has answered with a promise; the answer stops that and says it. A promise
 * that settles before the event loop has turned has kept it all the time. Later on nobody can tell whose work a turn is, so only
 * turns that are too long for the engine count, and no more than the process was at work meanwhile.
 */
export function watchHeldTime(timers: SinkTimers): () => number {
  const { now, cpuMs = () => Infinity } = timers;
  const started = now();
  let hasTurned = false;
  let heldMs = 0;
  let lookMs = firstLookMs;
  let last = { at: started, cpu: cpuMs() };
  const look = (): void => {
    const next = { at: now(), cpu: cpuMs() };
    const busyMs = Number.isFinite(next.cpu) ? next.cpu - last.cpu : Infinity;
    const lateMs = Math.min(next.at - last.at - lookMs, busyMs);
    if (lateMs > leastLateMs) heldMs += lateMs;
    last = next;
  };
  const wait = (): (() => void) =>
    timers.startTimer(lookMs, () => {
      look();
      lookMs = Math.min(longestLookMs, lookMs * growth);
      cancel = wait();
    });
  let cancel = wait();
  timers.defer(() => {
    hasTurned = true;
  });
  return () => {
    cancel();
    if (!hasTurned) return now() - started;
    look();
    return heldMs;
  };
}
