import { EngineError, isEngineError } from '../../errors/index.ts';
import { isOpenStatus, type Pending } from '../../machines/index.ts';
import { deliverAnswer, notWaiting } from './answers.ts';
import { rouseAbove } from '../children/child-rests.ts';
import type { Clock } from '../clock.ts';
import { ConsentAnswer } from '../consent.ts';
import { control } from './control.ts';
import type { Errand, TaskSummary } from '../host.ts';
import type { HostState, ListedTask } from '../host-state.ts';
import type { Entry } from '../journal/journal.ts';
import type { DistantOrder, SignalBox } from './signal-box.ts';
import { rootOf } from '../task-lineage.ts';
import type { TaskResult } from '../task-record.ts';

/* Sends an order to the process that is at work on a task, and takes those that others send to this one. */

/** How long the other process may take. */
const patienceMs = 5_000;
const lookMs = 25;
/** How often it is looked whether that process died or let go of the task, so that the order can be carried out here. */
const probeMs = 250;
/** Whoever takes a task over drops what was said before. */
const repeatMs = 1_000;

/**
 * Does something here, or has the process that is at work on the task do it; "taken" when that has. Throws TASK_BUSY when it
 * does not in time, TASK_NOT_WAITING for an answer that came too late.
 */
export async function doOrSend<Result>(host: HostState, errand: Errand<Result>): Promise<Result | 'taken'> {
  const { signals } = host.keeper;
  if (signals === undefined) return errand.here();
  const first = await tryHere(host, errand);
  if (typeof first === 'object') return first.result;
  const sent = send(host, signals, errand);
  for (let waitedMs = lookMs; waitedMs <= patienceMs; waitedMs += lookMs) {
    await pass(host.clock, lookMs);
    if (sent.isTaken()) return 'taken';
    if (waitedMs % probeMs !== 0) continue;
    const again = await tryHere(host, errand, sent.isTaken);
    if (again === 'taken') return 'taken';
    if (typeof again === 'object') return again.result;
    sent.assertWanted();
    if (waitedMs % repeatMs === 0) sent.repeat();
  }
  throw unheard(host, errand.taskId);
}

async function tryHere<Result>(
  host: HostState,
  { taskId, here }: Errand<Result>,
  isTaken = (): boolean => false,
): Promise<{ readonly result: Result } | 'elsewhere' | 'taken'> {
  if (isElsewhere(host, taskId)) return 'elsewhere';
  try {
    return { result: await here() };
  } catch (error) {
    if (isTaken()) return 'taken'; // by a process that died right after it
    if (isEngineError(error) && error.code === 'TASK_BUSY' && isElsewhere(host, taskId)) return 'elsewhere';
    throw error;
  }
}

function isElsewhere({ workers, keeper }: HostState, taskId: string): boolean {
  return !workers.has(taskId) && keeper.otherHolder(taskId) !== undefined;
}

interface SentOrder {
  readonly isTaken: () => boolean;
  /** Throws when what is ordered makes no sense any more. */
  readonly assertWanted: () => void;
  readonly repeat: () => void;
}

function send<Result>(host: HostState, signals: SignalBox, errand: Errand<Result>): SentOrder {
  const { taskId } = errand;
  const { clock, keeper } = host;
  const order = errand.order();
  const letter = { task: taskId, until: clock.now() + patienceMs, order };
  const before = keeper.find(taskId);
  const askedBy = order.command === 'answer' ? before.state.pending.get(order.stage)?.token : undefined;
  const isTaken = (): boolean => {
    if (order.command === 'cancel') return keeper.statusOf(taskId) === 'cancelled';
    if (order.command === 'pause' && keeper.statusOf(taskId) === 'paused') return true;
    const entries = signals.entriesAfter(taskId, before.state.seq);
    return entries.some((entry) => isDoing(entry, order, signals));
  };
  signals.send(letter);
  return {
    isTaken,
    repeat: () => signals.send(letter),
    assertWanted() {
      if (order.command !== 'answer') return;
      const stage = keeper.find(taskId).state.pending.get(order.stage);
      const isAsked = stage?.token === askedBy && (order.question === undefined || asks(stage, order.question));
      if (!isAsked && !isTaken()) throw notWaiting(taskId, order);
    },
  };
}

function asks(stage: Pending | undefined, question: string): boolean {
  return stage?.kind === 'stage' && stage.asks?.includes(question) === true;
}

/** Whether an entry of the journal is what an order leads to. */
function isDoing(entry: Entry, order: DistantOrder, signals: SignalBox): boolean {
  if (order.command === 'answer') {
    if (order.question !== undefined) return isConsent(entry, order);
    if (entry.kind !== 'result' || entry.node !== order.stage || entry.output === undefined) return false;
    return JSON.stringify(signals.valueOf(entry.output)) === JSON.stringify(order.output); // not somebody else's
  }
  if (entry.kind !== 'control' || entry.command !== order.command) return false;
  return order.command !== 'step' || (entry.command === 'step' && entry.stage === order.stage);
}

function isConsent(entry: Entry, { stage, question, output }: DistantOrder & { command: 'answer' }): boolean {
  if (entry.kind !== 'answer' || entry.node !== stage || entry.question !== question) return false;
  return JSON.stringify(entry.consent) === JSON.stringify(ConsentAnswer.parse(output)); // not somebody else's
}

function unheard({ keeper }: HostState, taskId: string): EngineError {
  const holder = keeper.otherHolder(taskId);
  const place = holder === undefined ? '' : ` ${holder.pid}`;
  return new EngineError(
    'TASK_BUSY',
    `The process${place} that is at work on task "${taskId}" has not answered for ${patienceMs / 1_000} seconds.`,
    { hint: 'Try again, or end that process: what it has done so far is kept.', details: { task: taskId } },
  );
}

async function pass(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.startTimer(delayMs, resolve);
  });
}

/** Takes orders of other processes. What cannot be done is not: the sender sees that by the state of the task. */
export function takeOrders(host: HostState, cancel: (taskId: string) => Promise<TaskResult>): void {
  host.keeper.signals?.listen((taskId, order) => {
    if (host.isClosed) return;
    try {
      if (order.command === 'cancel') void Promise.allSettled([cancel(taskId)]);
      else takeOrder(host, taskId, order);
    } catch (error) {
      if (!isEngineError(error)) throw error;
    }
  });
}

type OtherOrder = Exclude<DistantOrder, { command: 'cancel' }>;

function takeOrder(host: HostState, taskId: string, order: OtherOrder): void {
  switch (order.command) {
    case 'resume':
      host.workers.get(taskId)?.takeUp();
      return;
    case 'answer':
      deliverAnswer(host, taskId, order);
      rouseAbove(host, taskId);
      return;
    case 'pause':
    case 'step':
    case 'break':
      control(host, taskId, order);
  }
}

/** Whether a process, this one or another, is at work on a task or on the one above it. */
export function isAtWorkAnywhere({ workers, keeper }: HostState, taskId: string): boolean {
  const root = rootOf(taskId);
  return workers.has(root) || workers.has(taskId) || keeper.otherHolder(root) !== undefined;
}

/** A task of a list, with what the store alone does not say. */
export function summaryWithHolder(host: HostState, task: ListedTask): TaskSummary {
  return { ...task, at_work: isOpenStatus(task.status) && isAtWorkAnywhere(host, task.id) };
}
