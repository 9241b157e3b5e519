import { durationMs, type RateLimitSpec } from '../../../manifest/index.ts';
import type { StartTimer } from '../../llm/index.ts';
import type { HookWork, Plugin } from '../plugin.ts';

export interface RateLimiterOptions {
  readonly limits: readonly RateLimitSpec[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly startTimer: StartTimer;
}

const defaultMaxWaitMs = 60_000;
const version = '1';

/** Bounds how many calls of a provider or a tool begin within an interval. Counts are those of this process. */
export function createRateLimiter(name: string, { limits, now, startTimer }: RateLimiterOptions): Plugin {
  const counters = limits.map((spec) => createCounter(spec));
  const pass = async (
    kind: 'provider' | 'tool',
    named: string,
    work: HookWork,
  ): Promise<{ veto: string } | undefined> => {
    const wanted = counters.filter(({ spec }) => spec[kind] === named);
    const startsAt = Math.max(now(), ...wanted.map((counter) => counter.freeAt(now())));
    const waitMs = startsAt - now();
    const short = wanted.find(({ spec }) => counterWait(spec) < waitMs);
    if (short !== undefined)
      return { veto: `the limit of ${short.spec.calls} calls of ${kind} "${named}" per ${short.spec.per} is reached` };
    // Taken before the wait: whoever comes later waits behind it.
    for (const counter of wanted) counter.take(startsAt);
    await pause(waitMs, startTimer, work.signal);
    return undefined;
  };
  return {
    name,
    version,
    hooks: {
      before_llm: async ({ provider }, work) => pass('provider', provider, work),
      before_tool: async ({ tool }, work) => pass('tool', tool, work),
    },
  };
}

/** The longest that one of its hooks may wait. */
export function longestWaitMs(limits: readonly RateLimitSpec[]): number {
  return Math.max(...limits.map(counterWait));
}

function counterWait({ on_limit = 'wait', max_wait: most }: RateLimitSpec): number {
  if (on_limit === 'veto') return 0;
  return most === undefined ? defaultMaxWaitMs : durationMs(most);
}

interface Counter {
  readonly spec: RateLimitSpec;
  /** When the next call may begin. */
  freeAt(at: number): number;
  take(at: number): void;
}

function createCounter(spec: RateLimitSpec): Counter {
  const perMs = durationMs(spec.per);
  /** Beginnings of the last calls, oldest first: never more than the limit. */
  let starts: number[] = [];
  return {
    spec,
    freeAt(at) {
      const oldest = starts.length < spec.calls ? undefined : starts[0];
      return oldest === undefined ? at : Math.max(at, oldest + perMs);
    },
    take(at) {
      starts = [...starts, at].slice(-spec.calls);
    },
  };
}

async function pause(waitMs: number, startTimer: StartTimer, signal: AbortSignal): Promise<void> {
  if (waitMs <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = startTimer(waitMs, resolve);
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await promise;
  cancel();
  signal.removeEventListener('abort', stop);
}
