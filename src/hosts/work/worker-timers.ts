import { timerId, type PendingStage, type TaskCommand } from '../../machines/index.ts';
import { delayUntil, isPending, renewed } from '../pending-work.ts';
import { stageTimeLeft } from './worker-deadlines.ts';
import type { Worker } from './worker-state.ts';

/* Timers of attempts: when they run, and when they stand still. */

/** The time of a stage that was taken back while it waited for a place has not begun yet. */
export function startTime(worker: Worker, { node }: PendingStage): void {
  const { task, timers, clock } = worker;
  const id = timerId('timeout', node);
  const timer = task.state.pending.get(id);
  if (timer?.kind !== 'timer' || timers.has(id)) return;
  const command = renewed(task, { do: 'start_timer', id, timer }, clock.now());
  if (command.do === 'start_timer') armTimer(worker, command);
}

/** Has the time of an attempt stand still until the answer is called: it then has all of it, as one that begins. */
export function holdTime(worker: Worker, stage: PendingStage): () => void {
  const { heldTimes, timers } = worker;
  const id = timerId('timeout', stage.node);
  const held: { armTimer?: () => void } = {};
  heldTimes.set(stage.token, held);
  const cancel = timers.get(id);
  if (cancel !== undefined) {
    cancel();
    timers.delete(id);
    held.armTimer = () => startTime(worker, stage);
  }
  return () => {
    if (heldTimes.get(stage.token) !== held) return;
    heldTimes.delete(stage.token);
    if (!worker.isStopped && isPending(worker.task, { do: 'run_stage', stage })) held.armTimer?.();
  };
}

/** The time of an attempt does not run while it waits for a place, or is held. */
export function armTimer(worker: Worker, command: TaskCommand & { do: 'start_timer' }): void {
  const stage = worker.task.state.pending.get(command.timer.node);
  const token = stage?.kind === 'stage' ? stage.token : '';
  const waiting = worker.queued.get(token) ?? worker.heldTimes.get(token);
  if (waiting === undefined || command.timer.purpose !== 'timeout') {
    startTimer(worker, command);
    return;
  }
  waiting.armTimer = () => {
    const timer = renewed(worker.task, command, worker.clock.now());
    if (timer.do === 'start_timer' && isPending(worker.task, timer)) startTimer(worker, timer);
  };
}

function startTimer(worker: Worker, { id, timer }: TaskCommand & { do: 'start_timer' }): void {
  const now = worker.clock.now();
  // The wait for another attempt ends with the time of the stage, which then fails.
  const leftMs = timer.purpose === 'retry' ? stageTimeLeft(worker.task, timer.node, now) : undefined;
  const cancel = worker.clock.startTimer(Math.min(delayUntil(worker.task, timer, now), leftMs ?? Infinity), () => {
    worker.timers.delete(id);
    if (worker.isStopped) return;
    worker.inbox.push({ message: { kind: 'timer', id, token: timer.token } });
    worker.schedule();
  });
  worker.timers.set(id, cancel);
}
