import { failureOf, type Failure } from '../../errors/index.ts';
import { toolFailed } from './failures.ts';
import type { ToolOutcome } from './port.ts';
import { describeSystemError } from './system-error.ts';

export interface Bounds {
  readonly tool: string;
  readonly timeoutMs: number;
  /** The task was cancelled. */
  readonly cancelled: AbortSignal;
  /** The engine closes. */
  readonly closing: AbortSignal;
}

/** Timers take no more than this; a longer one would go off at once. */
const longestTimerMs = 2_147_483_647;

/** Adapters stop by themselves when asked to; one that hangs in the operating system is left behind after this. */
const stopLimitMs = 250;

/**
 * Runs work until it ends, time runs out or it is cancelled. Work that has succeeded in spite of that counts as done,
 * since what it changed is changed.
 */
export async function runBounded(
  bounds: Bounds,
  work: (signal: AbortSignal) => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  const early = stopFailure(bounds);
  if (early !== undefined) return { ok: false, failure: early };
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), Math.min(bounds.timeoutMs, longestTimerMs));
  const stop = AbortSignal.any([bounds.cancelled, bounds.closing, timeout.signal]);
  const leaving = leaveLate(stop);
  try {
    const outcome = await Promise.race([settle(bounds.tool, async () => await work(stop)), leaving.outcome]);
    const isOwn = outcome !== undefined && (outcome.ok || !stop.aborted);
    return isOwn ? outcome : { ok: false, failure: stopFailure(bounds) ?? timeoutFailure(bounds) };
  } finally {
    clearTimeout(timer);
    leaving.dispose();
  }
}

async function settle(tool: string, work: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await work();
  } catch (error) {
    const reason = describeSystemError(error);
    return { ok: false, failure: failureOf(error) ?? toolFailed(`Tool "${tool}" failed: ${reason}.`) };
  }
}

interface Leaving {
  readonly outcome: Promise<undefined>;
  dispose(): void;
}

/** Resolves some time after the signal. */
function leaveLate(stop: AbortSignal): Leaving {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let timer: NodeJS.Timeout | undefined;
  const leave = (): void => {
    timer = setTimeout(resolve, stopLimitMs, undefined);
  };
  stop.addEventListener('abort', leave, { once: true });
  return {
    outcome: promise,
    dispose: () => {
      stop.removeEventListener('abort', leave);
      clearTimeout(timer);
    },
  };
}

/** Why a call is not to go on, if somebody said so. */
export function stopFailure({ tool, cancelled, closing }: Bounds): Failure | undefined {
  if (cancelled.aborted)
    return { code: 'cancelled.task', message: `Tool "${tool}" was stopped because the task was cancelled.` };
  if (closing.aborted)
    return { code: 'cancelled.task', message: `Tool "${tool}" was stopped because the engine is closed.` };
  return undefined;
}

function timeoutFailure({ tool, timeoutMs }: Bounds): Failure {
  return {
    code: 'timeout.attempt',
    message: `Tool "${tool}" was stopped after ${timeoutMs} ms.`,
    hint: `Raise tools.${tool}.timeout, or give the tool less to do.`,
    details: { timeout_ms: timeoutMs },
  };
}
