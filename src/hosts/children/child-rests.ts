import { isAsking, type PendingTimer } from '../../machines/index.ts';
import { delayUntil } from '../pending-work.ts';
import type { HostState } from '../host-state.ts';
import { isAsked } from '../orders/questions.ts';
import { isBelow } from '../task-lineage.ts';
import type { TaskRecord } from '../task-record.ts';
import { taskTimeLeft } from '../work/worker-deadlines.ts';

/*
 * Child tasks at rest below a task at work: what is due or answered among them goes on at once. Below a task at rest
 * nothing does; whoever runs that looks after all of them.
 */

/** The stage that waits for a child task, or for one above it, looks after it when its task is at work. */
export function rouseAbove({ workers }: HostState, taskId: string): void {
  if (workers.get(taskId)?.hasEnded() === false) return;
  let childId = taskId;
  for (let end = taskId.lastIndexOf('/'); end !== -1; end = taskId.lastIndexOf('/', end - 1)) {
    const above = workers.get(taskId.slice(0, end));
    if (above?.hasEnded() === false) {
      above.rouse(childId);
      return;
    }
    childId = taskId.slice(0, end);
  }
}

/** Has a child at rest looked after when its first deadline passes. */
export function watchDeadline(host: HostState, task: TaskRecord): void {
  const { id } = task.creation;
  stopWatching(host, id);
  const now = host.clock.now();
  const leftMs = taskTimeLeft(task, now);
  const delays = timersOf(task).map((timer) => delayUntil(task, timer, now));
  if (leftMs !== undefined) delays.push(leftMs);
  if (delays.length === 0 || host.isClosed) return;
  const cancel = host.clock.startTimer(Math.min(...delays), () => {
    host.deadlines.delete(id);
    rouseAbove(host, id);
  });
  host.deadlines.set(id, cancel);
}

export function stopWatching({ deadlines }: HostState, taskId: string): void {
  deadlines.get(taskId)?.();
  deadlines.delete(taskId);
}

/** Below a task that is not at work any more. */
export function dropDeadlines(host: HostState, above: string): void {
  for (const id of host.deadlines.keys()) if (isBelow(id, above)) stopWatching(host, id);
}

/** Whether nothing would follow if a child at rest were run: all of it are questions whose time is not up. */
export function isStillWaiting({ clock }: HostState, task: TaskRecord): boolean {
  const now = clock.now();
  if (task.state.status !== 'waiting' || taskTimeLeft(task, now) === 0) return false;
  if (timersOf(task).some(({ due_at }) => due_at <= now)) return false;
  return [...task.state.pending.values()].every(
    (pending) => pending.kind === 'timer' || isAsked(task, pending) || isAsking(pending),
  );
}

function timersOf({ state }: TaskRecord): readonly PendingTimer[] {
  return [...state.pending.values()].filter((pending) => pending.kind === 'timer');
}
