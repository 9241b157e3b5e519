import { storeSnapshot, type StoredSnapshot } from './stepper.ts';
import type { Pending, TaskStatus } from './task-message.ts';
import type { TaskState } from './task-reducer.ts';

/** The durable form of a task state: plain JSON. */
export interface TaskRow {
  readonly v: 1;
  readonly seq: number;
  readonly status: TaskStatus;
  readonly snapshot: StoredSnapshot;
  readonly pending: readonly (readonly [key: string, pending: Pending])[];
}

export function toRow(state: TaskState): TaskRow {
  return {
    v: 1,
    seq: state.seq,
    status: state.status,
    snapshot: storeSnapshot(state.snapshot),
    pending: [...state.pending],
  };
}
