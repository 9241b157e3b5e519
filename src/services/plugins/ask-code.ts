import type { StartTimer } from '../llm/index.ts';
import type { HookWork } from './plugin.ts';

/** What became of a call of foreign code that somebody waits for. */
export type Asked = { readonly answer: unknown } | { readonly problem: string } | 'stopped';

export interface AskBounds {
  readonly timeoutMs: number;
  readonly startTimer: StartTimer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of the work that waits for it. */
  readonly signal?: AbortSignal;
}

/** Waits for code of a plugin: it may throw, hang or answer late, and none of that goes further than here. */
export async function askCode(
  run: (work: HookWork) => unknown,
  { timeoutMs, startTimer, now, signal }: AskBounds,
): Promise<Asked> {
  if (signal?.aborted === true) return 'stopped';
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const over = new AbortController();
  const tooLate = { problem: `it gave no answer within ${timeoutMs} ms` };
  const begun = now();
  const cancelTimer = startTimer(timeoutMs, () => resolve(tooLate));
  const stop = (): void => resolve('stopped');
  signal?.addEventListener('abort', stop, { once: true });
  // Code that blocks keeps the timer from firing as well.
  void settle(run, over.signal).then((asked) => resolve(now() - begun > timeoutMs ? tooLate : asked));
  try {
    return await promise;
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', stop);
    over.abort();
  }
}

async function settle(run: (work: HookWork) => unknown, signal: AbortSignal): Promise<Asked> {
  try {
    return { answer: await run({ signal }) };
  } catch (error) {
    return { problem: `it threw: ${problemText(error)}` };
  }
}

/** The first line of what an error says. */
export function problemText(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.trim().split('\n', 1)[0]?.slice(0, 200).toWellFormed() ?? '';
  } catch {
    return 'what cannot be read';
  }
}
