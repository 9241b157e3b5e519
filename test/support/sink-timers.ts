import type { EventStreamOptions } from '../../src/services/telemetry/index.ts';

type Timers = NonNullable<EventStreamOptions['timers']>;

export interface TestTimers extends Timers {
  /** Lets time pass; timers that are due go off in their order. */
  pass(ms: number): Promise<void>;
  /** Waits until everything has had its turn that does not wait for time. */
  settle(): Promise<void>;
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function testTimers(): TestTimers {
  let time = 0;
  let waiting: { readonly at: number; readonly onDue: () => void }[] = [];
  const startTimer = (delayMs: number, onDue: () => void): (() => void) => {
    const timer = { at: time + delayMs, onDue };
    waiting.push(timer);
    return () => {
      waiting = waiting.filter((other) => other !== timer);
    };
  };
  return {
    now: () => time,
    startTimer,
    startLimit: startTimer,
    defer: (run) => void setImmediate(run),
    settle,
    async pass(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const [next] = waiting.toSorted((one, other) => one.at - other.at);
        if (next === undefined || next.at > end) break;
        time = next.at;
        waiting = waiting.filter((other) => other !== next);
        next.onDue();
        await settle();
      }
      time = end;
    },
  };
}
