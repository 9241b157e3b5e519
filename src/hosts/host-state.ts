import type { TaskFilter } from '../services/index.ts';
import type { Clock } from './clock.ts';
import type { TaskSummary } from './host.ts';
import type { StageRunner } from './stage-runner.ts';
import type { TaskListener } from './task-events.ts';
import type { RunnablePipeline, TaskRecord } from './task-record.ts';
import type { TaskWorker, WorkerParts } from './worker-parts.ts';

/** Where a host keeps its tasks. */
export interface TaskKeeper {
  /** Makes a new task durable. Throws TASK_ALREADY_EXISTS. */
  add(task: TaskRecord): void;
  commit: WorkerParts['commit'];
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
  list(filter: TaskFilter): readonly TaskSummary[];
  close(): void;
}

export interface TaskHostOptions {
  readonly clock: Clock;
  readonly keeper: TaskKeeper;
  readonly runStage: StageRunner;
  readonly listener: TaskListener;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
  /** What is done around the run of a child task; the caller of `run` does it for the others. */
  readonly children: {
    restore(task: TaskRecord): Promise<void>;
    end(taskId: string, isOver: boolean): Promise<void>;
  };
}

export interface HostState extends TaskHostOptions {
  readonly workers: Map<string, TaskWorker>;
  readonly makeWorker: (task: TaskRecord) => TaskWorker;
  /** How to cancel the timers of child tasks at rest below a task at work, by id. */
  readonly deadlines: Map<string, () => void>;
  isClosed: boolean;
}
