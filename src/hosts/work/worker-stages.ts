import type { PendingStage } from '../../machines/index.ts';
import type { StageRest, StageResult } from './stage-runner.ts';
import type { Delivery } from '../apply-step.ts';
import type { Place } from './places.ts';
import { bugResult, deliveryOf, newCall, safely } from './stage-work.ts';
import { leaveQueue, type ReadyStage } from './queued-stages.ts';
import { rootOf } from '../task-lineage.ts';
import { watchStage } from './worker-deadlines.ts';
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

/** The result of a pure stage goes to the inbox; the others are to be begun when what led to them is durable. */
export function prepareStage(worker: Worker, stage: PendingStage): ReadyStage | undefined {
  worker.roused.delete(stage.token);
  const { call, attempt } = newCall(worker, stage);
  const work = safely(stage, () => worker.runStage(call));
  if ('begin' in work) {
    return { stage, attempt: { ...attempt, spent: () => work.spent?.() }, start: work };
  }
  worker.inbox.push(deliveryOf(stage, work));
  return undefined;
}

/** Begins a stage as soon as there is a place for it. */
export function beginStage(worker: Worker, ready: ReadyStage): void {
  if (!watchStage(worker, ready.stage)) return;
  const { token } = ready.stage;
  const place = worker.places.take({
    turn: rootOf(worker.task.creation.id),
    needs: ready.start.needs,
    onFree() {
      const queued = worker.queued.get(token);
      worker.queued.delete(token);
      queued?.armTimer?.();
      if (queued === undefined) return;
      workOn(worker, ready, queued.place);
      if (worker.inbox.length > 0) worker.schedule(); // it may have ended at once, and no step of its task is under way
    },
  });
  if (place.isFree) workOn(worker, ready, place);
  else worker.queued.set(token, { ready, place });
}

function workOn(worker: Worker, { stage, attempt, start }: ReadyStage, place: Place): void {
  const end = safely(stage, () => start.begin());
  if (end instanceof Promise) {
    worker.atWork.set(stage.token, attempt);
    void endWhenDone(worker, { stage, attempt, place }, end);
    return;
  }
  place.release();
  endStage(worker, stage, end);
}

/** Stages that wait for a place begin no more when their task is paused: they rest as if they had begun. */
export function restQueued(worker: Worker): void {
  for (const { ready } of worker.queued.values()) {
    leaveQueue(worker.queued, ready.stage.token);
    worker.rested.push(ready.stage);
  }
}

/** Of a task whose last step is durable. */
export function startStage(worker: Worker, stage: PendingStage): void {
  const ready = prepareStage(worker, stage);
  if (ready !== undefined) beginStage(worker, ready);
}

/** What attempts at work have spent that are about to be stopped. */
export function spentBy({ atWork }: Worker, stages: readonly PendingStage[]): Pick<Delivery, 'spent'> {
  const usages = stages.flatMap(({ node, token }) => {
    const usage = atWork.get(token)?.spent?.();
    return usage === undefined ? [] : [[node, usage] as const];
  });
  return usages.length === 0 ? {} : { spent: Object.fromEntries(usages) };
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
  { stage, attempt, place }: Omit<ReadyStage, 'start'> & { readonly place: Place },
  work: Promise<StageResult | StageRest>,
): Promise<void> {
  let result: StageResult | StageRest;
  try {
    result = await work;
  } catch (error) {
    result = bugResult(stage, error);
  }
  place.release(); // not before: a stage that was abandoned may still be at work
  if (worker.isStopped || worker.atWork.get(stage.token) !== attempt) return; // it was abandoned meanwhile
  if ('rests' in result) worker.atWork.delete(stage.token);
  endStage(worker, stage, result);
  worker.schedule();
}
