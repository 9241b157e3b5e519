import type { StoredTask, TaskFilter } from '../services/index.ts';
import type { TaskCreation, TaskRecord, TaskResult } from './task-record.ts';

/** What carries out the effects of machines: the memory of this process, or a local state file. */
export interface Host {
  /** Makes a task durable in its first state; it does not run yet. Throws TASK_ALREADY_EXISTS. */
  create(creation: TaskCreation): TaskRecord;
  /**
   * Runs a task until it is over, or until it is paused and nothing of it is at work. A task of an earlier process goes
   * on after its last entry. Throws TASK_NOT_FOUND, TASK_BUSY, STORE_JOURNAL_BROKEN.
   */
  run(taskId: string): Promise<TaskResult>;
  control(taskId: string, command: 'pause' | 'resume' | 'step' | 'cancel'): void;
  /** The state of a task, read from the store if it is not at work here. */
  view(taskId: string): TaskRecord;
  tasks(filter?: TaskFilter): readonly TaskSummary[];
  /** Stops all work at once; tasks that were running can be resumed. */
  close(): Promise<void>;
}

export type TaskSummary = Pick<StoredTask, 'id' | 'status' | 'definition' | 'created_at' | 'updated_at'>;
