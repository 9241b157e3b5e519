import { failureError } from '../../../errors/index.ts';
import type { StartTimer } from '../../llm/adapter-options.ts';
import { throwIfCancelled } from '../../llm/cancellation.ts';

export interface TimeLimit {
  readonly provider: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly startTimer: StartTimer;
}

/** Aborts the work when its time is over: that is a failure of the provider, and no cancelling. */
export async function withTimeLimit<Result>(
  { provider, limitMs, signal, startTimer }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const clock = new AbortController();
  const stop = startTimer(limitMs, () => clock.abort());
  try {
    return await work(AbortSignal.any([signal, clock.signal]));
  } catch (error) {
    throwIfCancelled(signal);
    if (!clock.signal.aborted) throw error;
    throw failureError({
      code: 'provider.network',
      message: `Provider "${provider}" gave no vectors within ${limitMs} ms.`,
      hint: 'Try it again, or set "timeout" of "embedding" in memory.yaml higher.',
      details: { provider },
    });
  } finally {
    stop();
  }
}
