import { EngineError } from '../errors/index.ts';
import { deliverMessage, isTaskOver, resumeCommands, type PendingStage, type TaskCommand } from '../machines/index.ts';
import { applyStep, type Delivery, type Step } from './apply-step.ts';
import { delayUntil, isPending, renewed } from './pending-work.ts';
import type { StageRest, StageResult } from './stage-runner.ts';
import { bugResult, deliveryOf, newCall, runSafely, type Abort } from './stage-work.ts';
import { factsOf, statusFact } from './task-events.ts';
import type { TaskRecord, TaskResult } from './task-record.ts';
import type { TaskWorker, WorkerParts } from './worker-parts.ts';

/** Messages a task may take before others have their turn. */
const messagesPerTurn = 64;

interface Worker extends WorkerParts {
  readonly task: TaskRecord;
  inbox: Delivery[];
  /** How to abort the stages at work, by token. */
  readonly atWork: Map<string, Abort>;
  /** How to cancel the timers that run, by id. */
  readonly timers: Map<string, () => void>;
  isScheduled: boolean;
  isStopped: boolean;
  readonly settle: Pick<PromiseWithResolvers<TaskResult>, 'resolve' | 'reject'>;
}

export function createTaskWorker(task: TaskRecord, parts: WorkerParts): TaskWorker {
  const { promise, ...settle } = Promise.withResolvers<TaskResult>();
  const worker: Worker = {
    ...parts,
    settle,
    task,
    inbox: [],
    atWork: new Map(),
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
    const again = resumeCommands(worker.task.state).map((command) => renewed(worker.task, command, worker.clock.now()));
    for (const delivery of [first, ...worker.inbox.splice(0)]) if (!worker.isStopped) take(worker, delivery);
    carryOut(
      worker,
      again.filter((command) => isPending(worker.task, command)),
    );
    if (!worker.isStopped) takeTurn(worker);
  });
}

function takeUp(worker: Worker): void {
  const { status } = worker.task.state;
  const isAsked = worker.inbox.some(({ message }) => message.kind === 'control' && message.command === 'pause');
  if (status === 'paused' || status === 'waiting' || isAsked)
    post(worker, { message: { kind: 'control', command: 'resume' } });
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
        worker.atWork.get(command.stage.token)?.('abandoned');
        worker.atWork.delete(command.stage.token);
        worker.task.childEnds.delete(command.stage.node);
        worker.children.abandon(worker.task, command.stage);
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

function startStage(worker: Worker, stage: PendingStage): void {
  const { call, abort } = newCall(worker.task, stage, worker.children);
  const end = runSafely(worker.runStage, call);
  if (!(end instanceof Promise)) {
    endStage(worker, stage, end);
    return;
  }
  worker.atWork.set(stage.token, abort);
  void endWhenDone(worker, stage, end);
}

function endStage(worker: Worker, stage: PendingStage, end: StageResult | StageRest): void {
  if ('ok' in end) {
    worker.task.childEnds.delete(stage.node);
    if (!end.ok) worker.children.abandon(worker.task, stage);
    worker.inbox.push(deliveryOf(stage, end));
  } else if (end.rests === 'waiting') {
    const { node, token } = stage;
    if (stage.waiting !== true) worker.inbox.push({ message: { kind: 'waits', node, token } });
  } else if (worker.task.state.status !== 'paused') {
    startStage(worker, stage); // taken up again before it had come to rest
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

/** A task that is paused or waits rests once nothing of it is at work; deadlines stay on the task. */
function restIfQuiet(worker: Worker): void {
  const { task, atWork, timers, settle } = worker;
  const mayRest = task.state.status === 'paused' || task.state.status === 'waiting';
  if (atWork.size > 0 || (!mayRest && timers.size > 0)) return;
  halt(worker);
  if (mayRest) settle.resolve(worker.conclude(task));
  else settle.reject(new EngineError('ENGINE_BUG', `Task "${task.creation.id}" goes on and waits for nothing.`));
}

function halt(worker: Worker): void {
  worker.isStopped = true;
  for (const abort of worker.atWork.values()) abort('halted');
  for (const cancel of worker.timers.values()) cancel();
  worker.atWork.clear();
  worker.timers.clear();
  worker.inbox = [];
}
