import { deliverMessage, isTaskOver, resumeCommands, type PendingStage, type TaskCommand } from '../machines/index.ts';
import { applyStep, type Delivery, type Step } from './apply-step.ts';
import { delayUntil, isPending, renewed } from './pending-work.ts';
import type { StageRest, StageResult } from './stage-runner.ts';
import { bugResult, deliveryOf, newCall, runSafely } from './stage-work.ts';
import { stagesToAsk } from './questions.ts';
import { factsOf, statusFact } from './task-events.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import { halt, isAskedTo, restIfQuiet, type Worker } from './worker-state.ts';
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
    hasResult: (token) => worker.inbox.some(({ message }) => message.kind === 'result' && message.token === token),
    rouse: () => rouse(worker),
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
  for (const attempt of worker.atWork.values()) attempt.holdBack();
  if (worker.task.state.status !== 'paused' && !isAskedTo(worker, 'pause'))
    post(worker, { message: { kind: 'control', command: 'pause' } });
}

function takeUp(worker: Worker): void {
  const { status } = worker.task.state;
  if (status === 'paused' || status === 'waiting' || isAskedTo(worker, 'pause'))
    post(worker, { message: { kind: 'control', command: 'resume' } });
}

function rouse(worker: Worker): void {
  for (const token of worker.atWork.keys()) worker.roused.add(token);
  if (worker.task.state.status !== 'paused') post(worker, { message: { kind: 'control', command: 'resume' } });
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

function take(worker: Worker, delivery: Delivery): void {
  const { task, clock } = worker;
  const at = clock.now();
  const before = task.state;
  const delivered = deliverMessage(task.runnable.core, before, { message: delivery.message, at });
  if (delivered === 'stale') return;
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
  carryOut(worker, delivered.commands);
  if (!worker.isStopped) handOnPause(worker, delivery);
}

/** Child tasks are paused with the one above, and taken up again by the stages that started them. */
function handOnPause(worker: Worker, { message }: Delivery): void {
  const { task, rested } = worker;
  if (message.kind === 'control' && message.command === 'pause') {
    // Once more: some may have begun after the order to pause and before it was taken.
    for (const attempt of worker.atWork.values()) attempt.holdBack();
    worker.children.pause(task);
  }
  if (rested.length === 0 || task.state.status === 'paused') return;
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

/** Of a stage that is over. Children that still wait for an answer do so in vain. */
function forgetChildren({ task, children }: Worker, { node }: PendingStage): void {
  if (task.childEnds.delete(node)) children.abandon(task, node);
}

function startStage(worker: Worker, stage: PendingStage): void {
  worker.roused.delete(stage.token);
  const { call, attempt } = newCall(worker.task, stage, worker.children);
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
  } else if (worker.task.state.status === 'paused') {
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
  schedule(worker);
}

function finish(worker: Worker): void {
  const { task, listener } = worker;
  halt(worker);
  task.result = worker.conclude(task);
  if (listener.isListening()) listener.tell(task, statusFact(task, task.result.status, worker.clock.now()));
  worker.settle.resolve(task.result);
}
