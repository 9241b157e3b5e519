import { resumeCommands } from '../../machines/index.ts';
import type { Delivery } from '../apply-step.ts';
import { stagesToAsk } from '../orders/questions.ts';
import type { TaskRecord, TaskResult } from '../task-record.ts';
import type { Taker } from './turns.ts';
import { fail, takeMessage } from './worker-steps.ts';
import { watchTask } from './worker-deadlines.ts';
import { holdTime } from './worker-timers.ts';
import { halt, isPauseNext, restIfQuiet, type Worker } from './worker-state.ts';
import type { TaskWorker, WorkerParts } from './worker-parts.ts';

export function createTaskWorker(task: TaskRecord, parts: WorkerParts): TaskWorker {
  const { promise, ...settle } = Promise.withResolvers<TaskResult>();
  const worker: Worker = {
    ...parts,
    settle,
    task,
    inbox: [],
    atWork: new Map(),
    queued: new Map(),
    heldTimes: new Map(),
    holdTime: (stage) => holdTime(worker, stage),
    rested: [],
    roused: new Set(),
    timers: new Map(),
    deadlines: new Set(),
    hold: { isOn: false },
    schedule: () => parts.turns.schedule(taker),
    again: [],
    isAwaitingWrite: false,
    isStepping: false,
    isStopped: false,
  };
  const taker: Taker = {
    takeNext: () => takeNext(worker),
    endTurn: () => endTurn(worker),
  };
  return {
    task,
    result: promise,
    start: (first) => start(worker, first),
    post: (delivery) => post(worker, delivery),
    interrupt: (delivery) => void takeNow(worker, delivery),
    hasEnded: () => worker.isStopped,
    answer: (delivery) => takeAnswer(worker, delivery),
    rouse: (childId) => rouse(worker, childId),
    pause: () => pause(worker),
    takeUp: () => takeUp(worker),
    stop(reason) {
      if (worker.isStopped) return;
      halt(worker);
      worker.settle.reject(reason);
    },
  };
}

function start(worker: Worker, first: Delivery): void {
  const { task } = worker;
  const unasked = stagesToAsk(task).map((stage) => ({ do: 'run_stage', stage }) as const);
  worker.again = [...resumeCommands(task.state), ...unasked];
  worker.inbox.unshift(first);
  watchTask(worker);
  worker.schedule();
}

function pause(worker: Worker): void {
  worker.hold.isOn = true;
  worker.isStepping = false;
  if (isPauseNext(worker)) worker.schedule();
  else post(worker, { message: { kind: 'control', command: 'pause' } });
}

function takeUp(worker: Worker): void {
  if (worker.task.state.status === 'waiting' || isPauseNext(worker))
    post(worker, { message: { kind: 'control', command: 'resume' } });
}

function rouse(worker: Worker, childId: string): void {
  const heard = [...worker.atWork.values()].filter((attempt) => attempt.rouse(childId));
  if (heard.length > 0) return;
  for (const token of worker.atWork.keys()) worker.roused.add(token);
  if (!isPauseNext(worker)) post(worker, { message: { kind: 'control', command: 'resume' } });
}

function post(worker: Worker, delivery: Delivery): void {
  if (worker.isStopped) return;
  worker.inbox.push(delivery);
  worker.schedule();
}

/** An answer is not lost when it cannot be written: whoever gave it is told, and the task stops as well. */
function takeAnswer(worker: Worker, delivery: Delivery): boolean {
  const outcome = takeNow(worker, delivery);
  if (outcome === 'written' || outcome === 'stale') return outcome === 'written';
  throw outcome.error;
}

/** Takes a message before all that has come in, and writes its step. */
function takeNow(worker: Worker, delivery: Delivery): 'written' | 'stale' | { readonly error: unknown } {
  if (worker.isStopped) return 'stale';
  const fault: { error?: unknown } = {};
  const isTaken = guarded(worker, () => takeMessage(worker, delivery, fault), fault);
  worker.turns.settle();
  if (!worker.isStopped) worker.schedule();
  if ('error' in fault) return { error: fault.error };
  return isTaken ? 'written' : 'stale';
}

function takeNext(worker: Worker): boolean {
  const next = worker.isStopped || worker.isAwaitingWrite ? undefined : worker.inbox.shift();
  if (next === undefined) return false;
  guarded(worker, () => takeMessage(worker, next));
  return !worker.isStopped && !worker.isAwaitingWrite && worker.inbox.length > 0;
}

function endTurn(worker: Worker): void {
  if (worker.isStopped) return;
  if (worker.inbox.length > 0) worker.schedule();
  else guarded(worker, () => restIfQuiet(worker));
}

/** A reducer or a store that fails stops the task: what is on disk is what happened. */
function guarded<Outcome>(worker: Worker, work: () => Outcome, fault: { error?: unknown } = {}): Outcome | undefined {
  try {
    return work();
  } catch (error) {
    fault.error = error;
    fail(worker, error);
    return undefined;
  }
}
