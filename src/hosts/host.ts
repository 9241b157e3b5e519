import type { ListedTask, TaskFilter } from '../services/index.ts';
import type { OpenQuestion } from './orders/questions.ts';
import type { DistantOrder } from './orders/signal-box.ts';
import type { TaskCreation, TaskRecord, TaskResult } from './task-record.ts';

/** What the stage that asks takes for its output. */
export interface GivenAnswer {
  readonly stage: string;
  /** Of a stage under way: which of its questions is answered. The answer is not its output then. */
  readonly question?: string;
  readonly output: unknown;
}

export interface RunOptions {
  /** Has a task that was created held go on, too. */
  readonly isFreed?: boolean;
}

export interface Errand<Result> {
  readonly taskId: string;
  /** What is sent when another process has the task. */
  readonly order: () => DistantOrder;
  /** The same, done in this process. */
  readonly here: () => Promise<Result>;
}

/** What carries out the effects of machines: the memory of this process, or a local state file. */
export interface Host {
  /** Makes a task durable in its first state; it does not run yet. Throws TASK_ALREADY_EXISTS. */
  create(creation: TaskCreation): TaskRecord;
  /**
   * Runs a task until it is over, or until it is paused or waits for an answer and nothing of it is at work. A task of an earlier process goes
   * on after its last entry. Throws TASK_NOT_FOUND, TASK_BUSY, STORE_JOURNAL_BROKEN.
   */
  run(taskId: string, options?: RunOptions): Promise<TaskResult>;
  /**
   * Lets one stage that is held run: the one that is named, else the one that has waited longest. Resolves when the task
   * rests again. Throws TASK_NOT_FOUND, TASK_BUSY, TASK_ALREADY_OVER, TASK_NOT_PAUSED, TASK_STAGE_NOT_HELD.
   */
  step(taskId: string, stage?: string): Promise<TaskResult>;
  /** Sets breakpoints instead of those that were set. Throws TASK_NOT_FOUND, TASK_BUSY, TASK_ALREADY_OVER. */
  setBreakpoints(taskId: string, breakpoints: readonly string[]): void;
  /** Whether a run of the task goes on in this process. */
  isAtWork(taskId: string): boolean;
  /** Tells a task that is at work here. Throws TASK_NOT_FOUND, TASK_NOT_AT_WORK, TASK_ALREADY_OVER. */
  control(taskId: string, command: 'pause' | 'resume' | 'step'): void;
  /**
   * Gives an answer to a stage that waits for one. A task at rest takes it and rests on: what follows begins when it is
   * run. Throws TASK_NOT_FOUND, TASK_BUSY, TASK_NOT_WAITING.
   */
  answer(taskId: string, answer: GivenAnswer): void;
  /** What a task and those below it wait for. Throws TASK_NOT_FOUND. */
  questions(taskId: string): readonly OpenQuestion[];
  /**
   * Does something here, or has another process do it that is at work on the task; "taken" when that has. Throws TASK_BUSY
   * when it does not answer, TASK_NOT_WAITING for an answer that came too late.
   */
  doOrSend<Result>(errand: Errand<Result>): Promise<Result | 'taken'>;
  /** Whether a process, this one or another, is at work on a task or on the one above it. */
  isAtWorkAnywhere(taskId: string): boolean;
  /** Ends a task, whether it is at work here or at rest. Throws TASK_NOT_FOUND, TASK_BUSY, TASK_ALREADY_OVER. */
  cancel(taskId: string): Promise<TaskResult>;
  /** The state of a task, read from the store if it is not at work here. */
  view(taskId: string): TaskRecord;
  tasks(filter?: TaskFilter): readonly TaskSummary[];
  /** Stops all work at once; tasks that were running can be resumed. */
  close(): Promise<void>;
}

export interface TaskSummary extends Pick<ListedTask, 'id' | 'status' | 'definition' | 'created_at' | 'updated_at'> {
  /** Whether a process is at work on it. A task that is running and has none was interrupted: it can be resumed. */
  readonly at_work: boolean;
}
