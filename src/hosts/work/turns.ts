import type { Clock } from '../clock.ts';

/*
 * Turns: what came in for all tasks of a host is taken in rounds, one message of each task after the other, so that none
 * waits for the many stages of another. The steps of a turn are written together, and nothing that the world could see is
 * done before.
 */

/** Takes messages, one at a time. */
export interface Taker {
  /** Takes a message. False when there is none, or when what it took has to be written before the next. */
  takeNext(): boolean;
  /** The turn is over, and what was taken is written and carried out. */
  endTurn(): void;
}

/** What follows from a step of a task, once that is written or could not be. */
export interface Aftermath {
  readonly taskId: string;
  carryOut(): void;
  giveUp(error: unknown): void;
}

export interface Turns {
  /** Has messages taken soon. */
  schedule(taker: Taker): void;
  /** Notes what follows from a step that the keeper of the tasks was told of. */
  note(aftermath: Aftermath): void;
  /** Writes all steps that were noted and carries out what follows, in their order. */
  settle(): void;
}

/** Writes all steps that are not yet written. Answers why it could not, by task. */
type Write = () => ReadonlyMap<string, unknown>;

/** Messages taken before their steps are written and others have their turn: more would hardly make a step cheaper. */
const messagesPerTurn = 128;

export function createTurns(clock: Pick<Clock, 'defer'>, write: Write): Turns {
  let waiting: Taker[] = [];
  const scheduled = new Set<Taker>();
  let isPlanned = false;
  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    clock.defer(() => {
      isPlanned = false;
      turn();
    });
  };
  const { note, settle } = createAftermaths(write);
  const turn = (): void => {
    const round = waiting;
    waiting = [];
    const ended: Taker[] = [];
    let at = 0;
    for (; at < round.length && at < messagesPerTurn; at += 1) {
      const taker = round[at];
      if (taker === undefined) continue;
      if (taker.takeNext()) {
        round.push(taker);
      } else {
        scheduled.delete(taker);
        ended.push(taker);
      }
    }
    waiting = [...round.slice(at), ...waiting];
    settle();
    for (const taker of ended) taker.endTurn();
    if (waiting.length > 0) plan();
  };
  return {
    schedule(taker) {
      if (scheduled.has(taker)) return;
      scheduled.add(taker);
      waiting.push(taker);
      plan();
    },
    note,
    settle,
  };
}

function createAftermaths(write: Write): Pick<Turns, 'note' | 'settle'> {
  let unwritten: Aftermath[] = [];
  let written: Aftermath[] = [];
  let isCarryingOut = false;
  return {
    note: (aftermath) => void unwritten.push(aftermath),
    settle() {
      if (unwritten.length > 0) {
        const noted = unwritten;
        unwritten = [];
        const faults = write();
        for (const aftermath of noted) {
          if (faults.has(aftermath.taskId)) aftermath.giveUp(faults.get(aftermath.taskId));
          else written.push(aftermath);
        }
      }
      if (isCarryingOut) return; // by a listener: what it caused comes after what it was told of
      isCarryingOut = true;
      try {
        for (let next = 0; next < written.length; next += 1) written[next]?.carryOut();
      } finally {
        written = [];
        isCarryingOut = false;
      }
    },
  };
}
