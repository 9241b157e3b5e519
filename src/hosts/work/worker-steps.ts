import { deliverMessage, type ControlCommand, type TaskCommand, type TaskState } from '../../machines/index.ts';
import { applyStep, type Delivery } from '../apply-step.ts';
import { isPending, renewed } from '../pending-work.ts';
import { leaveQueue, type ReadyStage } from './queued-stages.ts';
import { statusFact, stepFacts } from '../task-events.ts';
import type { TaskFact, ToldPlace } from '../task-fact.ts';
import { beginStage, forgetChildren, letGo, prepareStage, restQueued, spentBy, startStage } from './worker-stages.ts';
import { armTimer, startTime } from './worker-timers.ts';
import { halt, holdFor, type Worker } from './worker-state.ts';

/*
 * Steps of a task. What a step means is worked out at once, pure stages included; what the world could see of it waits
 * until it is written.
 */

type Effect = Exclude<TaskCommand, { do: 'run_stage' }> | { readonly do: 'begin'; readonly ready: ReadyStage };

interface TakenStep {
  readonly delivery: Delivery;
  readonly before: TaskState;
  /** Of the task after the step. */
  readonly seq: number;
  readonly at: number;
  readonly facts: readonly TaskFact[];
  readonly effects: readonly Effect[];
}

/** False for a message that is stale. When the step cannot be written, `fault` says why. */
export function takeMessage(worker: Worker, taken: Delivery, fault: { error?: unknown } = {}): boolean {
  const { task, clock } = worker;
  const at = clock.now();
  const before = task.state;
  const delivered = deliverMessage(task.runnable.core, before, { message: taken.message, at });
  if (delivered === 'stale') return false;
  const stopped = delivered.commands.flatMap((command) => (command.do === 'abort_stage' ? [command.stage] : []));
  const delivery = { ...taken, ...spentBy(worker, stopped) };
  const step = { delivery, delivered, at };
  const changes = applyStep(task, step);
  const facts = worker.listener.isListening() ? stepFacts(task, { ...step, before }, changes) : [];
  worker.noteStep(task, delivery, at);
  const { seq } = task.state;
  const done = { delivery, before, seq, at, facts, effects: prepare(worker, delivered.commands) };
  if (done.effects.length > 0 || !isPlain(delivery)) worker.isAwaitingWrite = true;
  worker.turns.note({
    taskId: task.creation.id,
    carryOut: () => carryOut(worker, done),
    giveUp(error) {
      if (worker.isStopped) return;
      fault.error = error;
      task.state = before; // what is told from now on still belongs to the last step on disk
      fail(worker, error);
    },
  });
  return true;
}

/** Whether nothing is to be done about a message besides what its effects say. */
function isPlain({ message }: Delivery): boolean {
  return message.kind === 'result' || (message.kind === 'control' && message.command === 'start');
}

/** What is left to do once the step is written. Pure stages are done: neither their ends nor their timers are seen. */
function prepare(worker: Worker, commands: readonly TaskCommand[]): readonly Effect[] {
  const { task } = worker;
  const again = takeAgain(worker);
  const done = new Set<string>();
  const effects = [...commands, ...again.filter((one) => isPending(task, one))].flatMap((command): Effect[] => {
    if (command.do !== 'run_stage') return [command];
    const ready = prepareStage(worker, command.stage);
    if (ready === undefined) done.add(command.stage.node);
    return ready === undefined ? [] : [{ do: 'begin', ready }];
  });
  // Timers last: the time of a stage begins when it does.
  return effects
    .filter((effect) => !isIdle(worker, effect, done))
    .toSorted((one, other) => Number(one.do === 'start_timer') - Number(other.do === 'start_timer'));
}

/** What the run begins with, once all orders are taken that it was given. */
function takeAgain(worker: Worker): readonly TaskCommand[] {
  const { task, inbox, clock, again } = worker;
  if (again.length === 0 || inbox[0]?.message.kind === 'control') return [];
  worker.again = [];
  return again.map((command) => renewed(task, command, clock.now()));
}

/** Whether a command has nothing to do, since it is about a pure stage. */
function isIdle({ atWork, queued, timers, task }: Worker, command: Effect, done: ReadonlySet<string>): boolean {
  switch (command.do) {
    case 'start_timer':
      return command.timer.purpose === 'timeout' && done.has(command.timer.node);
    case 'clear_timer':
      return !timers.has(command.id);
    case 'abort_stage':
      return (
        ![atWork, queued].some((stages) => stages.has(command.stage.token)) && !task.childEnds.has(command.stage.node)
      );
    case 'begin':
    case 'finish':
      return false;
  }
}

function carryOut(worker: Worker, step: TakenStep): void {
  const { task, listener } = worker;
  worker.isAwaitingWrite = false;
  task.carriedOut = step.seq;
  try {
    for (const fact of step.facts) listener.tell(task, fact, step);
    const { message } = step.delivery;
    if (message.kind === 'control') noteOrder(worker, message.command);
    letGo(worker, step.delivery);
    for (const effect of step.effects) if (!worker.isStopped) carryOutEffect(worker, effect, step); // a listener may close the engine
    if (worker.isStopped) return;
    handOnPause(worker, step.delivery);
    if (worker.inbox.length > 0) worker.schedule();
  } catch (error) {
    fail(worker, error);
  }
}

function noteOrder(worker: Worker, command: ControlCommand): void {
  worker.hold = holdFor(worker, command);
  if (command !== 'break') worker.isStepping = command === 'step';
}

/** Child tasks are paused with the one above, and taken up again by the stages that started them. */
function handOnPause(worker: Worker, { message }: Delivery): void {
  const { task, rested } = worker;
  // Once more: some may have begun after the order to pause and before it was taken.
  if (message.kind === 'control' && message.command === 'pause') {
    worker.children.pause(task);
    restQueued(worker);
  }
  if (rested.length === 0 || task.state.status === 'paused' || worker.hold.isOn) return;
  worker.rested = [];
  for (const stage of rested) {
    if (!isPending(task, { do: 'run_stage', stage })) continue;
    startStage(worker, stage);
    startTime(worker, stage);
  }
}

function carryOutEffect(worker: Worker, effect: Effect, place: ToldPlace): void {
  switch (effect.do) {
    case 'begin': {
      const { ready } = effect;
      // A listener may have given an answer or an order meanwhile that ends the stage.
      const isWanted = isPending(worker.task, { do: 'run_stage', stage: ready.stage }) && !isCancelled(worker);
      if (isWanted) beginStage(worker, ready);
      break;
    }
    case 'abort_stage':
      leaveQueue(worker.queued, effect.stage.token);
      worker.atWork.get(effect.stage.token)?.abort('abandoned');
      worker.atWork.delete(effect.stage.token);
      forgetChildren(worker, effect.stage);
      break;
    case 'start_timer':
      if (isPending(worker.task, effect)) armTimer(worker, effect);
      break;
    case 'clear_timer':
      worker.timers.get(effect.id)?.();
      worker.timers.delete(effect.id);
      break;
    case 'finish':
      finish(worker, place);
      break;
  }
}

function isCancelled({ inbox }: Worker): boolean {
  return inbox.some(({ message }) => message.kind === 'control' && message.command === 'cancel');
}

function finish(worker: Worker, place: ToldPlace): void {
  const { task, listener } = worker;
  halt(worker);
  task.result = worker.conclude(task);
  if (listener.isListening()) listener.tell(task, statusFact(task, task.result.status, place.at), place);
  worker.settle.resolve(task.result);
}

/** Stops a task that cannot go on; it can be resumed from its last step on disk. */
export function fail(worker: Worker, error: unknown): void {
  if (worker.isStopped) return;
  halt(worker);
  worker.settle.reject(error);
}
