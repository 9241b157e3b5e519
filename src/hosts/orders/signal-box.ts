import { z } from 'zod';
import type { Signal, TaskStore } from '../../services/index.ts';
import type { Clock } from '../clock.ts';
import { readEntry, type Entry } from '../journal/journal.ts';
import { rootOf } from '../task-lineage.ts';
import { loadValue, type StoredValue } from '../journal/values.ts';

/* Orders to tasks that another process is at work on. They go through the store, and the journal shows what came of them. */

const DistantOrder = z.discriminatedUnion('command', [
  z.object({ command: z.literal('cancel') }),
  z.object({ command: z.enum(['pause', 'resume']) }),
  z.object({ command: z.literal('step'), stage: z.string() }),
  z.object({ command: z.literal('break'), breakpoints: z.array(z.string()) }),
  z.object({
    command: z.literal('answer'),
    stage: z.string(),
    question: z.string().exactOptional(),
    output: z.unknown(),
  }),
]);
/** What one process may have to say to the one that is at work on a task. */
export type DistantOrder = z.infer<typeof DistantOrder>;

/** `until`: what is found later than that was given up by its sender. Milliseconds since the epoch. */
const Letter = z.object({ task: z.string(), until: z.number(), order: DistantOrder });
type Letter = z.infer<typeof Letter>;

/** How often a process looks whether others have something to say of its tasks. */
const lookMs = 50;

export interface SignalBox {
  send(letter: Letter): void;
  /** What the task took since an entry of its journal. */
  entriesAfter(taskId: string, seq: number): readonly Entry[];
  /** A value that an entry holds or refers to. */
  valueOf(stored: StoredValue): unknown;
  /** Calls back with every order to a task that is claimed here. */
  listen(take: (taskId: string, order: DistantOrder) => void): void;
}

export interface OpenSignalBox extends SignalBox {
  /** Looks for orders from now on, while tasks are claimed here. */
  start(): void;
  stop(): void;
  /** What was said to whoever had the task before is of no use any more. */
  clear(taskId: string): void;
}

export interface SignalBoxOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly claimed: ReadonlySet<string>;
}

export function createSignalBox({ store, clock, claimed }: SignalBoxOptions): OpenSignalBox {
  let take: ((taskId: string, order: DistantOrder) => void) | undefined;
  let cancel: (() => void) | undefined;
  let hasNews = false;
  const look = (): void => {
    hasNews = store.hasChanged() || hasNews; // until it could be read
    if (!hasNews) return;
    const found = store.takeSignals([...claimed]);
    hasNews = false;
    for (const letter of lettersIn(found, clock.now())) take?.(letter.task, letter.order);
  };
  const arm = (): void => {
    cancel = clock.startTimer(lookMs, () => {
      arm(); // before the orders: one of them may have been the last thing to do here
      try {
        look();
      } catch {
        // A store that is busy or broken is noticed by the next commit; senders see that nobody heard them.
      }
    });
  };
  return {
    send(letter) {
      const { command } = letter.order;
      store.sendSignal({ task: rootOf(letter.task), command, at: clock.now(), data: JSON.stringify(letter) });
    },
    entriesAfter: (taskId, seq) =>
      store.journal(taskId, seq).map((entry) => readEntry(entry.text, { task: taskId, seq: entry.seq })),
    valueOf: (stored) => loadValue(stored, store),
    listen(onOrder) {
      take = onOrder;
    },
    start() {
      if (cancel === undefined) arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
    clear: (taskId) => void store.takeSignals([taskId]),
  };
}

function lettersIn(signals: readonly Signal[], now: number): readonly Letter[] {
  return signals.flatMap(({ data = '', at }) => {
    const letter = Letter.safeParse(parsed(data));
    // A clock that was set back must not make an old order a new one.
    return letter.success && now <= letter.data.until && at <= letter.data.until && at - now < lookMs * 20
      ? [letter.data]
      : [];
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
