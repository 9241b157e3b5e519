import type { TelemetrySink } from './sink.ts';

/** What is wrong with a sink. */
export interface SinkTrouble {
  readonly sink: TelemetrySink;
  readonly name: string;
  readonly problem: string;
  /** Events that it was not given, since the last report. */
  readonly dropped?: number;
}

/** Knows how a sink does, and reports once what is wrong with it. */
export interface SinkHealth {
  /** Failures in a row at the event that is next. */
  readonly tries: number;
  noteDropped(count: number): void;
  noteFailure(error: unknown): void;
  /** It could not say whether it wants an event. */
  noteUntaken(error: unknown): void;
  /** It took events; `isCaughtUp` says that no more wait. */
  noteSuccess(isCaughtUp: boolean): void;
  /** The event that is next is left out. */
  noteSkipped(): void;
  /** Nothing more comes: what was not yet told is told, with events that are left over. */
  end(problem: string, left: number): void;
}

/** Trouble that comes back sooner is not told again, but counted. */
const quietMs = 60_000;

export function createSinkHealth(
  of: Pick<SinkTrouble, 'sink' | 'name'>,
  report: (trouble: SinkTrouble) => void,
  now: () => number,
): SinkHealth {
  let tries = 0;
  let dropped = 0;
  let untaken = 0;
  let isUntakenTold = false;
  let trouble: 'none' | 'failing' | 'full' = 'none';
  let toldAt = -Infinity;
  const tell = (problem: string): void => {
    const count = dropped;
    dropped = 0;
    report({ ...of, problem, ...(count > 0 && { dropped: count }) });
  };
  const begin = (kind: 'failing' | 'full', problem: string): void => {
    const isNews = trouble === 'none' && now() - toldAt >= quietMs;
    trouble = kind;
    if (!isNews) return;
    toldAt = now();
    tell(problem);
  };
  return {
    get tries() {
      return tries;
    },
    noteDropped(count) {
      dropped += count;
      if (trouble === 'none') begin('full', 'It is too slow: no more events can wait for it.');
    },
    noteFailure(error) {
      tries += 1;
      if (trouble !== 'failing') begin('failing', messageOf(error));
    },
    noteUntaken(error) {
      untaken += 1;
      if (isUntakenTold) return;
      isUntakenTold = true;
      tell(`It cannot say which events it takes: ${messageOf(error)}`);
    },
    noteSkipped() {
      tries = 0;
      dropped += 1;
    },
    noteSuccess(isCaughtUp) {
      tries = 0;
      if (trouble === 'none' || (trouble === 'full' && !isCaughtUp)) return;
      trouble = 'none';
      if (dropped > 0) tell('It takes events again, and some are missing.');
    },
    end(problem, left) {
      dropped += untaken + left;
      untaken = 0;
      if (dropped > 0) tell(problem);
    },
  };
}

/** Anything can be thrown, also what has no text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return 'Something was thrown that has no text.';
  }
}
