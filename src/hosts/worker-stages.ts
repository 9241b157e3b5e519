import type { PendingStage } from '../machines/index.ts';
import type { StageRest, StageResult } from './stage-runner.ts';
import { bugResult, deliveryOf, newCall, runSafely } from './stage-work.ts';
import type { Worker } from './worker-state.ts';

/* Attempts of stages: how a worker starts them, and what it makes of their ends. */

/** Of a stage that is over. Children that still wait for an answer do so in vain. */
export function forgetChildren({ task, children }: Worker, { node }: PendingStage): void {
  if (task.childEnds.delete(node)) children.abandon(task, node);
}

export function startStage(worker: Worker, stage: PendingStage): void {
  worker.roused.delete(stage.token);
  const { call, attempt } = newCall(worker, stage);
  const end = runSafely(worker.runStage, call);
  if (!(end instanceof Promise)) {
    endStage(worker, stage, end);
    return;
  }
  worker.atWork.set(stage.token, attempt);
  void endWhenDone(worker, stage, end);
}

function endStage(worker: Worker, stage: PendingStage, end: StageResult | StageRest): void {
  if ('ok' in end) {
    if (end.ok) worker.task.childEnds.delete(stage.node);
    else forgetChildren(worker, stage);
    worker.inbox.push(deliveryOf(stage, end));
  } else if (end.rests === 'waiting' && !worker.roused.has(stage.token)) {
    const { node, token } = stage;
    if (stage.waiting !== true) worker.inbox.push({ message: { kind: 'waits', node, token } });
  } else if (worker.task.state.status === 'paused' || worker.hold.isOn) {
    worker.rested.push(stage);
  } else {
    startStage(worker, stage); // taken up again, or answered, before it had come to rest
  }
}

async function endWhenDone(worker: Worker, stage: PendingStage, work: Promise<StageResult | StageRest>): Promise<void> {
  let result: StageResult | StageRest;
  try {
    result = await work;
  } catch (error) {
    result = bugResult(stage, error);
  }
  if (!worker.atWork.delete(stage.token) || worker.isStopped) return; // it was abandoned meanwhile
  endStage(worker, stage, result);
  worker.schedule();
}
