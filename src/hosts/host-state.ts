import type { LeaseHolder, TaskFilter } from '../services/index.ts';
import type { Clock } from './clock.ts';
import type { TaskSummary } from './host.ts';
import type { SignalBox } from './orders/signal-box.ts';
import type { Places } from './work/places.ts';
import type { StageRunner } from './work/stage-runner.ts';
import type { TaskListener } from './task-fact.ts';
import type { RunnablePipeline, TaskRecord } from './task-record.ts';
import type { Turns } from './work/turns.ts';
import type { TaskWorker, WorkerParts } from './work/worker-parts.ts';

export type ListedTask = Omit<TaskSummary, 'at_work'>;

/** Where a host keeps its tasks. */
export interface TaskKeeper {
  /** Makes a new task durable. Throws TASK_ALREADY_EXISTS. */
  add(task: TaskRecord): void;
  /** The same when the next steps are written. */
  noteCreation(task: TaskRecord): void;
  noteStep: WorkerParts['noteStep'];
  /**
   * Makes durable what was noted, in one go. Answers why it could not, by task: what stands in the way of one keeps none
   * of the others from being written.
   */
  write(): ReadonlyMap<string, unknown>;
  /** A task that is not at work here. Throws TASK_NOT_FOUND, STORE_JOURNAL_BROKEN. */
  find(taskId: string): TaskRecord;
  /** The same; nothing when there is no such task. */
  tryFind(taskId: string): TaskRecord | undefined;
  /** How a task that is not at work here stands. Throws TASK_NOT_FOUND. */
  isOver(taskId: string): boolean;
  /** Claims a task for this process. Throws TASK_BUSY. */
  claim(taskId: string): void;
  /** Lets go of a task that is over or at rest. */
  release(taskId: string): void;
  /** A child task is over, and the task above knows what it came to. */
  forget(taskId: string): void;
  list(filter: TaskFilter): readonly ListedTask[];
  /** What the store says of a task. Throws TASK_NOT_FOUND. */
  statusOf(taskId: string): string;
  /** Another process, or another engine in this one, that is at work on a task or the one above it. */
  otherHolder(taskId: string): LeaseHolder | undefined;
  /** How orders reach tasks that others are at work on; absent where there are no others. */
  readonly signals?: SignalBox;
  close(): void;
}

export interface TaskHostOptions {
  readonly clock: Clock;
  readonly keeper: TaskKeeper;
  readonly runStage: StageRunner;
  readonly listener: TaskListener;
  /** Where stages get their places, and the calls of stages. Default: no limit. */
  readonly places?: Places;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
  /** What is done around the run of a child task; the caller of `run` does it for the others. */
  readonly children: {
    restore(task: TaskRecord): Promise<void>;
    end(taskId: string, isOver: boolean): Promise<void>;
  };
}

export interface HostState extends TaskHostOptions {
  readonly turns: Turns;
  readonly workers: Map<string, TaskWorker>;
  readonly makeWorker: (task: TaskRecord) => TaskWorker;
  /** How to cancel the timers of child tasks at rest below a task at work, by id. */
  readonly deadlines: Map<string, () => void>;
  isClosed: boolean;
}
