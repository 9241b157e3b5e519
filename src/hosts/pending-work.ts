import type { PendingTimer, TaskCommand } from '../machines/index.ts';
import type { TaskRecord } from './task-record.ts';

/** Whether the task still waits for what a command started, or is to start. */
export function isPending({ state }: TaskRecord, command: TaskCommand): boolean {
  if (command.do === 'run_stage') return state.pending.get(command.stage.node)?.token === command.stage.token;
  return command.do === 'start_timer' && state.pending.get(command.id)?.token === command.timer.token;
}

/**
 * Time until a timer is due. The deadline is what counts, also after a restart; but a clock that was set back meanwhile
 * must not hold up a task for hours, so it is never longer than the timer was set for.
 */
export function delayUntil(task: TaskRecord, timer: PendingTimer, now: number): number {
  return Math.max(0, Math.min(timer.due_at - now, delaySet(task, timer)));
}

function delaySet({ runnable, state }: TaskRecord, { node, purpose }: PendingTimer): number {
  if (purpose === 'timeout') return runnable.core.graph.byId.get(node)?.timeoutMs ?? Infinity;
  const { waits } = state.snapshot.context;
  return Object.hasOwn(waits, node) ? (waits[node] ?? Infinity) : Infinity;
}
