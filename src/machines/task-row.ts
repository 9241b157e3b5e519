import { storeSnapshot, type StoredSnapshot } from './stepper.ts';
import type { Pending, TaskCore, TaskState, TaskStatus } from './task-reducer.ts';

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

/** The state that a row was made from. It must belong to the same compiled workflow. */
export function fromRow(core: TaskCore, row: TaskRow): TaskState {
  return { seq: row.seq, status: row.status, snapshot: core.stepper.load(row.snapshot), pending: new Map(row.pending) };
}
