import type { PendingTimer, TaskCommand } from '../machines/index.ts';
import type { TaskRecord } from './task-record.ts';

/** Whether the task still waits for what a command started, or is to start. */
export function isPending({ state }: TaskRecord, command: TaskCommand): boolean {
  if (command.do === 'run_stage') return state.pending.get(command.stage.node)?.token === command.stage.token;
  return command.do === 'start_timer' && state.pending.get(command.id)?.token === command.timer.token;
}

/** What is started again after a restart: an attempt that runs anew has its whole time for it. */
export function renewed({ runnable, state }: TaskRecord, command: TaskCommand, now: number): TaskCommand {
  if (command.do !== 'start_timer' || command.timer.purpose !== 'timeout') return command;
  const { node } = command.timer;
  const stage = state.pending.get(node);
  if (stage?.kind === 'stage' && stage.waiting === true) return command; // it does not run anew
  const timeoutMs = runnable.core.graph.byId.get(node)?.timeoutMs;
  if (timeoutMs === undefined || !state.pending.has(node)) return command;
  return { ...command, timer: { ...command.timer, due_at: now + timeoutMs } };
}

/**
 * Time until a timer is due. The deadline is what counts, also after a restart; but a clock that was set back meanwhile
 * must not hold up a task for hours, so it is never longer than the timer was set for.
 */
export function delayUntil(task: TaskRecord, timer: PendingTimer, now: number): number {
  return Math.max(0, Math.min(timer.due_at - now, delaySet(task, timer)));
}

function delaySet({ runnable, state }: TaskRecord, { node, purpose, delay_ms: delayMs }: PendingTimer): number {
  if (purpose === 'consent') return delayMs ?? Infinity;
  if (purpose === 'timeout') return runnable.core.graph.byId.get(node)?.timeoutMs ?? Infinity;
  const { waits } = state.snapshot.context;
  return Object.hasOwn(waits, node) ? (waits[node] ?? Infinity) : Infinity;
}
