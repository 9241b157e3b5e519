import { EngineError } from '../../errors/index.ts';
import type { ControlCommand, PendingStage, TaskCommand } from '../../machines/index.ts';
import type { Delivery } from '../apply-step.ts';
import { leaveQueue, type QueuedStage } from './queued-stages.ts';
import type { Attempt, Hold } from './stage-work.ts';
import type { TaskRecord, TaskResult } from '../task-record.ts';
import type { WorkerParts } from './worker-parts.ts';

/** What a worker knows of its task besides the task itself. */
export interface Worker extends WorkerParts {
  readonly task: TaskRecord;
  inbox: Delivery[];
  /** Stages at work, by token. */
  readonly atWork: Map<string, Attempt>;
  /** Stages that wait for a place, by token. */
  readonly queued: Map<string, QueuedStage>;
  /** Stages at work whose time is held, by token, each with what starts it again. */
  readonly heldTimes: Map<string, { armTimer?: () => void }>;
  readonly holdTime: (stage: PendingStage) => () => void;
  /** Stages whose child tasks rest for a pause: they go on when that is over. */
  rested: PendingStage[];
  /** Tokens of stages at work that have to look after their child tasks once more before they wait. */
  readonly roused: Set<string>;
  /** How to cancel the deadlines of the task and of its stages. */
  readonly deadlines: Set<() => void>;
  /** How to cancel the timers that run, by id. */
  readonly timers: Map<string, () => void>;
  /** What attempts that begin now are held by. */
  hold: Hold;
  /** Has the inbox looked at soon. */
  readonly schedule: () => void;
  /** What the task waits for when its run begins: it follows the first message. */
  again: readonly TaskCommand[];
  /** Something of a step is left to be carried out once that is written. */
  isAwaitingWrite: boolean;
  isStopped: boolean;
  /** Of a paused task, a stage was let through: it is not at rest before that is over. */
  isStepping: boolean;
  readonly settle: Pick<PromiseWithResolvers<TaskResult>, 'resolve' | 'reject'>;
}

/** Whether a deadline passed, so that its timer is about to end a wait. */
function isTimeUp({ task, timers, clock }: Worker): boolean {
  return [...timers.keys()].some((id) => {
    const timer = task.state.pending.get(id);
    return timer?.kind === 'timer' && timer.due_at <= clock.now();
  });
}

function isRetrying({ task, timers }: Worker): boolean {
  return [...timers.keys()].some((id) => {
    const timer = task.state.pending.get(id);
    return timer?.kind === 'timer' && timer.purpose === 'retry';
  });
}

/** Stops all that is at work for a task, without a word in its journal. */
export function halt(worker: Worker): void {
  worker.isStopped = true;
  for (const attempt of worker.atWork.values()) attempt.abort('halted');
  for (const token of worker.queued.keys()) leaveQueue(worker.queued, token);
  for (const cancel of [...worker.timers.values(), ...worker.deadlines]) cancel();
  worker.deadlines.clear();
  worker.atWork.clear();
  worker.timers.clear();
  worker.inbox = [];
}

/** Whether the task is paused once all orders that have come in are taken. */
export function isPauseNext({ inbox, task }: Worker): boolean {
  const last = inbox.findLast(({ message }) => message.kind === 'control' && isAboutRest(message.command));
  if (last?.message.kind === 'control') return last.message.command === 'pause';
  return task.state.status === 'paused';
}

function isAboutRest(command: ControlCommand): boolean {
  return command === 'pause' || command === 'resume';
}

/** What attempts begun from now on are held by. Those that were held before stay so, and end as paused. */
export function holdFor(worker: Worker, command: ControlCommand): Hold {
  const { hold } = worker;
  if (command === 'pause') hold.isOn = true;
  const isFree = command === 'step' || (command === 'resume' && !isPauseNext(worker));
  return hold.isOn && isFree ? { isOn: false } : hold;
}

/** A task that is paused or waits rests once nothing of it is at work; deadlines stay on the task. */
export function restIfQuiet(worker: Worker): void {
  const { task, atWork, queued, timers, settle } = worker;
  const mayRest =
    (task.state.status === 'paused' && !(worker.isStepping && isRetrying(worker))) ||
    (task.state.status === 'waiting' && !isTimeUp(worker));
  if (atWork.size > 0 || queued.size > 0 || (!mayRest && timers.size > 0)) return;
  halt(worker);
  if (mayRest) settle.resolve(worker.conclude(task));
  else settle.reject(new EngineError('ENGINE_BUG', `Task "${task.creation.id}" goes on and waits for nothing.`));
}
