import type { Clock } from '../../src/index.ts';

/** Time that stands still until a test moves it. */
export interface SimulatedClock extends Clock {
  /** Lets time pass, and calls back what becomes due on the way, in order. */
  advance(delayMs: number): void;
  /** Sets what `now` says, as a person or a time server does; timers that run do not notice. */
  setBack(byMs: number): void;
  /** Time until each timer that runs, shortest first. */
  waits(): readonly number[];
  /** Returns once a condition holds; time stands still meanwhile. Throws when it does not come to hold. */
  until(condition: () => boolean): Promise<void>;
  /** Lets work that needs no time come to its end. */
  settle(): Promise<void>;
  /** The outcome of a promise; whenever all work rests, time passes until the next timer. */
  outcomeOf<Result>(work: Promise<Result>): Promise<Result>;
}

interface Timer {
  readonly dueAt: number;
  readonly onDue: () => void;
}

/** A day in 2026: far from the epoch, and no round number. */
const firstMoment = 1_780_000_123_456;

/** Turns of the event loop without a word from the engine after which all its work rests. */
const quietTurns = 5;
const mostTurns = 100_000;

export function createSimulatedClock(startsAt = firstMoment): SimulatedClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let shiftMs = 0;
  let deferred = 0;

  const next = (): Timer | undefined => [...timers].toSorted((one, other) => one.dueAt - other.dueAt)[0];
  const advance = (delayMs: number): void => {
    const target = elapsedMs + delayMs;
    for (let timer = next(); timer !== undefined && timer.dueAt <= target; timer = next()) {
      elapsedMs = Math.max(elapsedMs, timer.dueAt);
      timers.delete(timer);
      timer.onDue();
    }
    elapsedMs = target;
  };
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < quietTurns; quiet += 1) {
      await nextTurn();
      if (deferred > 0) quiet = 0;
    }
  };
  return {
    now: () => startsAt + elapsedMs + shiftMs,
    startTimer(delayMs, onDue) {
      const timer = { dueAt: elapsedMs + Math.max(0, delayMs), onDue };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    defer(run) {
      deferred += 1;
      setImmediate(() => {
        deferred -= 1;
        run();
      });
    },
    advance,
    setBack(byMs) {
      shiftMs -= byMs;
    },
    waits: () => [...timers].map(({ dueAt }) => dueAt - elapsedMs).toSorted((one, other) => one - other),
    settle,
    async until(condition) {
      for (let turn = 0; !condition(); turn += 1) {
        if (turn > mostTurns) throw new Error('The condition never came to hold.');
        await nextTurn();
      }
    },
    async outcomeOf(work) {
      let isOver = false;
      void work.then(
        () => (isOver = true),
        () => (isOver = true),
      );
      for (let turn = 0; turn < mostTurns; turn += 1) {
        await settle();
        if (isOver) return work;
        advance(next() === undefined ? 0 : Math.max(0, (next()?.dueAt ?? 0) - elapsedMs));
      }
      throw new Error('The work never came to an end.');
    },
  };
}

async function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
