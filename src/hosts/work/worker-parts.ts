import type { Delivery } from '../apply-step.ts';
import type { Clock } from '../clock.ts';
import type { Places } from './places.ts';
import type { ChildControl, StageRunner } from './stage-runner.ts';
import type { TaskListener } from '../task-fact.ts';
import type { TaskRecord, TaskResult } from '../task-record.ts';
import type { Turns } from './turns.ts';

export interface WorkerParts {
  readonly clock: Clock;
  readonly runStage: StageRunner;
  readonly listener: TaskListener;
  readonly children: ChildControl;
  readonly turns: Turns;
  readonly places: Places;
  /** Notes a step that is to be made durable when the turn is over. */
  readonly noteStep: (task: TaskRecord, delivery: Delivery, at: number) => void;
  readonly conclude: (task: TaskRecord) => TaskResult;
}

/** Carries one task on: takes messages one at a time, and does what the reducer answers. */
export interface TaskWorker {
  readonly task: TaskRecord;
  /** Resolves when the task is over, or paused or waiting with nothing at work; rejects when the store fails or it is stopped. */
  readonly result: Promise<TaskResult>;
  /** Has the message given taken soon, and before others, then starts what the task waits for. */
  start(first: Delivery): void;
  post(delivery: Delivery): void;
  /** The same at once: what is told has happened when it returns. */
  interrupt(delivery: Delivery): void;
  /** Has the task paused, and keeps its stages from beginning child tasks from now on. */
  pause(): void;
  /**
   * Takes an answer at once, before what has come in and is not taken yet. False when the task does not wait for it;
   * throws when it cannot be written.
   */
  answer(delivery: Delivery): boolean;
  /** Whether it has come to its end and takes no more messages. */
  hasEnded(): boolean;
  /** A child task, or one below it, can go on after it was at rest: the stage above is to look after it. */
  rouse(childId: string): void;
  /** Takes back a pause that has not come to rest yet. */
  takeUp(): void;
  /** Abandons all work without a word in the journal: it runs again at the next resume. */
  stop(reason: unknown): void;
}
