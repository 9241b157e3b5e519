import type { Failure } from '../../errors/index.ts';
import type { PendingStage } from '../../machines/index.ts';
import { leaveQueue } from './queued-stages.ts';
import { deliveryOf } from './stage-work.ts';
import type { TaskRecord } from '../task-record.ts';
import type { Worker } from './worker-state.ts';

/*
 * Deadlines of whole stages and of whole tasks. They follow from when a stage or a task began, which the journal says, so
 * that nothing more has to be stored of them.
 */

/** Time that is left for a task, in milliseconds; nothing when it may take for ever. */
export function taskTimeLeft({ creation, runnable }: TaskRecord, now: number): number | undefined {
  const { taskTimeoutMs } = runnable;
  if (taskTimeoutMs === undefined) return undefined;
  return timeLeft(creation.begun_at ?? creation.created_at, taskTimeoutMs, now);
}

/** The same for all attempts of a stage. */
export function stageTimeLeft(task: TaskRecord, node: string, now: number): number | undefined {
  const limit = task.runnable.core.graph.byId.get(node)?.stageTimeoutMs;
  const begun = task.trace.get(node)?.started_at;
  return limit === undefined || begun === undefined ? undefined : timeLeft(begun, limit, now);
}

/** Never longer than the limit: a clock that was set back must not hold anything up for hours. */
function timeLeft(begun: number, limitMs: number, now: number): number {
  return Math.max(0, Math.min(begun + limitMs - now, limitMs));
}

/** Has the task end as a failure when its time is up. */
export function watchTask(worker: Worker): void {
  const leftMs = taskTimeLeft(worker.task, worker.clock.now());
  if (leftMs === undefined) return;
  const expire = (): void => {
    worker.inbox.push({ message: { kind: 'control', command: 'expire' } });
    worker.schedule();
  };
  if (leftMs > 0) watch(worker, leftMs, expire);
  else expire(); // before anything of it begins again
}

/** Ends a stage whose time is up before an attempt begins, or while it is at work. False when its time is up already. */
export function watchStage(worker: Worker, stage: PendingStage): boolean {
  const leftMs = stageTimeLeft(worker.task, stage.node, worker.clock.now());
  if (leftMs === undefined) return true;
  if (leftMs > 0) {
    watch(worker, leftMs, () => endLate(worker, stage));
    return true;
  }
  endLate(worker, stage);
  return false;
}

function endLate(worker: Worker, stage: PendingStage): void {
  const { task, atWork, queued, inbox } = worker;
  if (task.state.pending.get(stage.node)?.token !== stage.token) return;
  leaveQueue(queued, stage.token);
  const limit = task.runnable.core.graph.byId.get(stage.node)?.stageTimeoutMs ?? 0;
  const failure: Failure = {
    code: 'timeout.stage',
    message: `All attempts of stage "${stage.node}" together took longer than ${limit} ms.`,
    hint: 'Raise its stage_timeout.',
  };
  const usage = atWork.get(stage.token)?.spent?.();
  inbox.push(deliveryOf(stage, { ok: false, failure, ...(usage !== undefined && { usage }) }));
  atWork.get(stage.token)?.abort('abandoned');
  worker.schedule();
}

function watch({ clock, deadlines }: Worker, leftMs: number, onDue: () => void): void {
  const cancel = clock.startTimer(leftMs, () => {
    deadlines.delete(cancel);
    onDue();
  });
  deadlines.add(cancel);
}
