/** Time for what feeds sinks: of the process, or of a test. */
export interface SinkTimers {
  /** Milliseconds; from where does not matter. */
  readonly now: () => number;
  /** How long the processors have worked for this process. */
  readonly cpuMs?: () => number;
  /** Calls back once after a delay; the answer cancels it. Keeps no process alive. */
  startTimer(delayMs: number, onDue: () => void): () => void;
  /** The same for the end of a wait: keeps the process alive. */
  startLimit(delayMs: number, onDue: () => void): () => void;
  /** Calls back soon, after other work had its turn. */
  defer(run: () => void): void;
}

export const processTimers: SinkTimers = {
  now: () => performance.now(),
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  startTimer(delayMs, onDue) {
    const timer = setTimeout(onDue, delayMs).unref();
    return () => clearTimeout(timer);
  },
  startLimit(delayMs, onDue) {
    const timer = setTimeout(onDue, delayMs);
    return () => clearTimeout(timer);
  },
  defer(run) {
    setImmediate(run);
  },
};

/** Whether work came to its end before the limit. */
export async function endsWithin(work: Promise<unknown>, limitMs: number, timers: SinkTimers): Promise<boolean> {
  let cancel: (() => void) | undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = timers.startLimit(limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel?.();
  }
}
