import type { PendingStage } from '../machines/index.ts';
import type { StageRest, StageResult } from './stage-runner.ts';
import type { Delivery } from './apply-step.ts';
import { bugResult, deliveryOf, newCall, runSafely, type Attempt } from './stage-work.ts';
import type { Worker } from './worker-state.ts';

/* Attempts of stages: how a worker starts them, and what it makes of their ends. */

/** Of an attempt whose end is written: before that, a crash would let the next process meet children cancelled in vain. */
export function letGo(worker: Worker, { message, result }: Delivery): void {
  if (message.kind !== 'result') return;
  const { node, token } = message;
  const attempt = worker.atWork.get(token);
  worker.atWork.delete(token);
  worker.roused.delete(token);
  if (result?.ok === true) worker.task.childEnds.delete(node);
  if (!worker.task.childEnds.has(node)) return;
  attempt?.abort('abandoned');
  forgetChildren(worker, message);
}

/** Of a stage that is over. Children that still wait for an answer do so in vain. */
export function forgetChildren({ task, children }: Worker, { node }: Pick<PendingStage, 'node'>): void {
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
  void endWhenDone(worker, { stage, attempt }, end);
}

function endStage(worker: Worker, stage: PendingStage, end: StageResult | StageRest): void {
  if ('ok' in end) {
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

async function endWhenDone(
  worker: Worker,
  { stage, attempt }: { readonly stage: PendingStage; readonly attempt: Attempt },
  work: Promise<StageResult | StageRest>,
): Promise<void> {
  let result: StageResult | StageRest;
  try {
    result = await work;
  } catch (error) {
    result = bugResult(stage, error);
  }
  if (worker.isStopped || worker.atWork.get(stage.token) !== attempt) return; // it was abandoned meanwhile
  if ('rests' in result) worker.atWork.delete(stage.token);
  endStage(worker, stage, result);
  worker.schedule();
}
