import { deliverMessage, isTaskOver, resumeCommands, type TaskCommand } from '../machines/index.ts';
import { applyStep, type Delivery, type Step } from './apply-step.ts';
import { delayUntil, isPending, renewed } from './pending-work.ts';
import { stagesToAsk } from './questions.ts';
import { factsOf, statusFact } from './task-events.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import { forgetChildren, letGo, startStage } from './worker-stages.ts';
import { halt, hasResult, holdFor, isPauseNext, restIfQuiet, type Worker } from './worker-state.ts';
import type { TaskWorker, WorkerParts } from './worker-parts.ts';

/** Messages a task may take before others have their turn. */
const messagesPerTurn = 64;

export function createTaskWorker(task: TaskRecord, parts: WorkerParts): TaskWorker {
  const { promise, ...settle } = Promise.withResolvers<TaskResult>();
  const worker: Worker = {
    ...parts,
    settle,
    task,
    inbox: [],
    atWork: new Map(),
    rested: [],
    roused: new Set(),
    timers: new Map(),
    hold: { isOn: false },
    isTaking: false,
    schedule: () => schedule(worker),
    isScheduled: false,
    isStopped: false,
  };
  return {
    task,
    result: promise,
    start: (first) => start(worker, first),
    post: (delivery) => post(worker, delivery),
    interrupt: (delivery) => {
      if (!worker.isStopped) guarded(worker, () => take(worker, delivery));
    },
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

/** Messages come first: what runs again then has a later place in the journal than what ran before. */
function start(worker: Worker, first: Delivery): void {
  guarded(worker, () => {
    const { task, clock } = worker;
    const inFlight = resumeCommands(task.state).map((command) => renewed(task, command, clock.now()));
    const again = [...inFlight, ...stagesToAsk(task).map((stage) => ({ do: 'run_stage', stage }) as const)];
    for (const delivery of [first, ...worker.inbox.splice(0)]) if (!worker.isStopped) take(worker, delivery);
    carryOut(
      worker,
      again.filter((command) => isPending(task, command)),
    );
    if (!worker.isStopped) takeTurn(worker);
  });
}

function pause(worker: Worker): void {
  worker.hold.isOn = true;
  if (!isPauseNext(worker)) post(worker, { message: { kind: 'control', command: 'pause' } });
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
  schedule(worker);
}

function schedule(worker: Worker): void {
  if (worker.isScheduled) return;
  worker.isScheduled = true;
  worker.clock.defer(() => {
    worker.isScheduled = false;
    if (!worker.isStopped) guarded(worker, () => takeTurn(worker));
  });
}

/** A store that fails stops the task: what is on disk is what happened. */
function guarded(worker: Worker, work: () => void): void {
  try {
    work();
  } catch (error) {
    halt(worker);
    worker.settle.reject(error);
  }
}

function takeAnswer(worker: Worker, delivery: Delivery): boolean {
  if (worker.isStopped) return false;
  const { message } = delivery;
  if (worker.isTaking) {
    // By a listener: the step that it heard of is carried out first, and nothing else comes in between.
    if (message.kind !== 'result' || hasResult(worker, message.token)) return false;
    worker.inbox.unshift(delivery);
    worker.schedule();
    return true;
  }
  try {
    return take(worker, delivery);
  } catch (error) {
    halt(worker);
    worker.settle.reject(error);
    throw error;
  } finally {
    if (!worker.isStopped) worker.schedule();
  }
}

function takeTurn(worker: Worker): void {
  for (let taken = 0; taken < messagesPerTurn && !worker.isStopped; taken += 1) {
    const next = worker.inbox.shift();
    if (next === undefined) {
      restIfQuiet(worker);
      return;
    }
    take(worker, next);
  }
  if (!worker.isStopped) schedule(worker);
}

function take(worker: Worker, delivery: Delivery): boolean {
  const wasTaking = worker.isTaking;
  worker.isTaking = true;
  try {
    return takeMessage(worker, delivery);
  } finally {
    worker.isTaking = wasTaking;
  }
}

/** False for a message that is stale. */
function takeMessage(worker: Worker, delivery: Delivery): boolean {
  const { task, clock } = worker;
  const at = clock.now();
  const before = task.state;
  const delivered = deliverMessage(task.runnable.core, before, { message: delivery.message, at });
  if (delivered === 'stale') return false;
  const step = { delivery, delivered, at };
  const changes = applyStep(task, step);
  try {
    worker.commit(task, delivery, at);
  } catch (error) {
    task.state = before; // what is told from now on still belongs to the last step on disk
    throw error;
  }
  if (worker.listener.isListening()) {
    for (const fact of factsOf(task, step, changes)) worker.listener.tell(task, fact);
    tellStatus(worker, step, before.status);
  }
  if (delivery.message.kind === 'control') worker.hold = holdFor(worker, delivery.message.command);
  letGo(worker, delivery);
  carryOut(worker, delivered.commands);
  if (!worker.isStopped) handOnPause(worker, delivery);
  return true;
}

/** Child tasks are paused with the one above, and taken up again by the stages that started them. */
function handOnPause(worker: Worker, { message }: Delivery): void {
  const { task, rested } = worker;
  // Once more: some may have begun after the order to pause and before it was taken.
  if (message.kind === 'control' && message.command === 'pause') worker.children.pause(task);
  if (rested.length === 0 || task.state.status === 'paused' || worker.hold.isOn) return;
  worker.rested = [];
  for (const stage of rested) if (isPending(task, { do: 'run_stage', stage })) startStage(worker, stage);
}

function tellStatus({ task, listener }: Worker, { delivery, at }: Step, before: TaskRecord['state']['status']): void {
  const { status } = task.state;
  if (status === 'waiting') return; // the question tells that
  const isTakenUp = delivery.message.kind === 'control' && delivery.message.command === 'resume';
  if (before === 'pending' || isTaskOver(status) || (status === before && !isTakenUp)) return;
  listener.tell(task, statusFact(task, status, at));
}

function carryOut(worker: Worker, commands: readonly TaskCommand[]): void {
  for (const command of commands) {
    if (worker.isStopped) return; // by a listener that closed the engine
    switch (command.do) {
      case 'run_stage':
        startStage(worker, command.stage);
        break;
      case 'abort_stage':
        worker.atWork.get(command.stage.token)?.abort('abandoned');
        worker.atWork.delete(command.stage.token);
        forgetChildren(worker, command.stage);
        break;
      case 'start_timer':
        startTimer(worker, command);
        break;
      case 'clear_timer':
        worker.timers.get(command.id)?.();
        worker.timers.delete(command.id);
        break;
      case 'finish':
        finish(worker);
        break;
    }
  }
}

function startTimer(worker: Worker, { id, timer }: TaskCommand & { do: 'start_timer' }): void {
  const cancel = worker.clock.startTimer(delayUntil(worker.task, timer, worker.clock.now()), () => {
    worker.timers.delete(id);
    post(worker, { message: { kind: 'timer', id, token: timer.token } });
  });
  worker.timers.set(id, cancel);
}

function finish(worker: Worker): void {
  const { task, listener } = worker;
  halt(worker);
  task.result = worker.conclude(task);
  if (listener.isListening()) listener.tell(task, statusFact(task, task.result.status, worker.clock.now()));
  worker.settle.resolve(task.result);
}
