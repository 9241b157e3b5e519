import { durationMs, type RateLimitSpec } from '../../../manifest/index.ts';
import type { StartTimer } from '../../llm/index.ts';
import type { HookWork, Plugin } from '../plugin.ts';

export interface RateLimiterOptions {
  readonly limits: readonly RateLimitSpec[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly startTimer: StartTimer;
}

const defaultMaxWait = '60s';
const version = '1';

/** A call that waits for its turn. */
interface Waiting {
  startsAt: number;
  /** Has it begin at `startsAt`. */
  arm(): void;
}

/**
 * Bounds how many calls of a provider or a tool begin within an interval. Counts are those of this process. A call that gives up
 * waiting gives its place back, and those behind it move up.
 */
export function createRateLimiter(name: string, options: RateLimiterOptions): Plugin {
  const lines = new Map<string, Line>();
  const pass = async ({ kind, named }: Wanted, work: HookWork): Promise<{ veto: string } | undefined> => {
    const key = `${kind} ${named}`;
    const counters = options.limits.filter((spec) => spec[kind] === named).map((spec) => createCounter(spec));
    const line = lines.get(key) ?? { counters, waiting: [] };
    lines.set(key, line);
    const at = options.now();
    const startsAt = startOf(line, at);
    const short = line.counters.find(({ spec }) => counterWait(spec) < startsAt - at);
    if (short !== undefined) return { veto: refusal(short.spec, { kind, named }, startsAt - at) };
    await turn(line, { startsAt, at }, { ...options, signal: work.signal });
    return undefined;
  };
  return {
    name,
    version,
    hooks: {
      before_llm: async ({ provider }, work) => pass({ kind: 'provider', named: provider }, work),
      before_tool: async ({ tool }, work) => pass({ kind: 'tool', named: tool }, work),
    },
  };
}

interface Wanted {
  readonly kind: 'provider' | 'tool';
  readonly named: string;
}

/** The calls of one provider or tool: all of its limits count the same ones. */
interface Line {
  readonly counters: readonly Counter[];
  waiting: readonly Waiting[];
}

function startOf({ counters }: Line, at: number): number {
  return Math.max(at, ...counters.map((counter) => counter.freeAt(at)));
}

function refusal({ calls, per, on_limit: onLimit, max_wait: most }: RateLimitSpec, wanted: Wanted, ms: number): string {
  const limit = `the limit of ${calls} ${calls === 1 ? 'call' : 'calls'} of ${wanted.kind} "${wanted.named}" per ${per} is reached`;
  const wait = `it would wait for ${ms < 1_000 ? `${ms} ms` : `${Math.ceil(ms / 1_000)} s`}`;
  if (onLimit === 'veto') return `${limit}, and on_limit is veto; ${wait}`;
  return `${limit}, and ${wait}, which is longer than max_wait (${most ?? defaultMaxWait})`;
}

/** The longest that one of its hooks may wait. */
export function longestWaitMs(limits: readonly RateLimitSpec[]): number {
  return Math.max(...limits.map(counterWait));
}

function counterWait({ on_limit: onLimit = 'wait', max_wait: most = defaultMaxWait }: RateLimitSpec): number {
  return onLimit === 'veto' ? 0 : durationMs(most);
}

interface Counter {
  readonly spec: RateLimitSpec;
  /** When the next call may begin. */
  freeAt(at: number): number;
  take(startsAt: number, at: number): void;
  /** Forgets the last call that was taken in. */
  giveBack(): void;
}

function createCounter(spec: RateLimitSpec): Counter {
  const perMs = durationMs(spec.per);
  /** Beginnings of calls that count still, oldest first; those that wait are the last. */
  let starts: readonly number[] = [];
  return {
    spec,
    freeAt(at) {
      const last = starts.at(-spec.calls);
      return last === undefined ? at : Math.max(at, last + perMs);
    },
    take(startsAt, at) {
      starts = [...starts.filter((start) => start + perMs > at), startsAt];
    },
    giveBack() {
      starts = starts.slice(0, -1);
    },
  };
}

interface Turn extends Pick<RateLimiterOptions, 'now' | 'startTimer'> {
  readonly signal: AbortSignal;
}

/** The place is taken before the wait: whoever comes later waits behind it. */
async function turn(
  line: Line,
  { startsAt, at }: { readonly startsAt: number; readonly at: number },
  { now, startTimer, signal }: Turn,
): Promise<void> {
  if (signal.aborted) return;
  for (const counter of line.counters) counter.take(startsAt, at);
  if (startsAt <= at) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  let cancel: (() => void) | undefined;
  const one: Waiting = {
    startsAt,
    arm() {
      cancel?.();
      cancel = startTimer(Math.max(0, one.startsAt - now()), () => {
        line.waiting = line.waiting.filter((other) => other !== one);
        resolve();
      });
    },
  };
  const giveUp = (): void => {
    leave(line, one, now());
    resolve();
  };
  line.waiting = [...line.waiting, one];
  one.arm();
  signal.addEventListener('abort', giveUp, { once: true });
  await promise;
  cancel?.();
  signal.removeEventListener('abort', giveUp);
}

function leave(line: Line, one: Waiting, at: number): void {
  const place = line.waiting.indexOf(one);
  if (place === -1) return;
  const behind = line.waiting.slice(place + 1);
  line.waiting = [...line.waiting.slice(0, place), ...behind];
  for (const counter of line.counters) for (const _ of [one, ...behind]) counter.giveBack();
  for (const other of behind) {
    other.startsAt = startOf(line, at);
    for (const counter of line.counters) counter.take(other.startsAt, at);
    other.arm();
  }
}
