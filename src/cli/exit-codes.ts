import type { TaskResult } from '../engine/index.ts';

/** What the process ends with; part of the public contract. */
export const exitCodes = { success: 0, failure: 1, usage: 2, paused: 3, partial: 4, interrupted: 130 } as const;

const codesByStatus = {
  completed: exitCodes.success,
  partial: exitCodes.partial,
  failed: exitCodes.failure,
  cancelled: exitCodes.failure,
  paused: exitCodes.paused,
  waiting: exitCodes.paused,
  pending: exitCodes.failure,
  running: exitCodes.failure,
} as const satisfies Record<TaskResult['status'], number>;

export function exitCodeFor(status: TaskResult['status']): number {
  return codesByStatus[status];
}
