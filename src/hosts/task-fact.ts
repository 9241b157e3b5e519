import type { EventData, EventType } from '../services/index.ts';
import type { TaskRecord } from './task-record.ts';

/** Where a host reports what happens to its tasks. */
export interface TaskListener {
  /** Whether anybody listens: building events is skipped otherwise. */
  isListening(): boolean;
  /** Default: what was carried out last, and now. */
  tell(task: TaskRecord, event: TaskFact, place?: ToldPlace): void;
}

/** The entry of the journal that is told of: a fact that follows from it has its time, too. */
export interface ToldPlace {
  readonly seq: number;
  readonly at: number;
}

/** A fact about a task, before it is given its place in the stream. */
export type TaskFact = { [Type in EventType]: FactOf<Type> }[EventType];

interface FactOf<Type extends EventType> {
  readonly type: Type;
  readonly node?: string;
  /** Of the stage; default: the attempt that the task is at. */
  readonly attempt?: number;
  /** Which call of the stage it is about: the same however often the stage is taken up again. */
  readonly call?: string;
  readonly data: EventData<Type>;
}
