/** Time for a host: the system's, or a simulated one in tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after a delay; the answer cancels it. */
  startTimer(delayMs: number, onDue: () => void): () => void;
  /** Calls back soon, after other work had its turn. */
  defer(run: () => void): void;
}

/** Longest delay that timers of Node and browsers take; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  startTimer(delayMs, onDue) {
    let timer: ReturnType<typeof setTimeout>;
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestDelayMs);
      timer = setTimeout(() => {
        if (leftMs > stepMs) arm(leftMs - stepMs);
        else onDue();
      }, stepMs);
    };
    arm(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
  defer(run) {
    setImmediate(run);
  },
};
