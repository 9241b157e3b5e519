import { tokenOf } from './control.ts';
import type { GraphNode } from './graph.ts';
import type { ChartEffect, ChartSnapshot, Stepped, Stepper } from './stepper.ts';
import {
  isTaskOver,
  type Arrival,
  type ControlOrder,
  type Pending,
  type PendingStage,
  type PendingTimer,
  type TaskCommand,
  type TaskCore,
  type TaskMessage,
  type TaskStatus,
} from './task-message.ts';
import { dropUnasked, isAllWaiting, moveWaiting, readConsentTimer } from './waiting.ts';
import { countOf, type WorkflowInput } from './workflow-context.ts';

/*
 * The task: a pure reducer with an inbox and an outbox. A host delivers one message at a time, makes the new state and
 * the message durable together, and then carries the commands out at least once.
 */

export interface TaskState {
  /** Messages applied so far. */
  readonly seq: number;
  readonly status: TaskStatus;
  readonly snapshot: ChartSnapshot;
  /** By node id for stages, by timer id for timers. */
  readonly pending: ReadonlyMap<string, Pending>;
}

export interface Delivered {
  readonly state: TaskState;
  readonly commands: readonly TaskCommand[];
}

export type TaskStart = WorkflowInput;

/** The first state of a task, and the stages it starts with. `at` in milliseconds since the epoch. */
export function submitTask(core: TaskCore, start: TaskStart, at: number): Delivered {
  const first = advance(core, { seq: 0, pending: new Map(), at }, core.stepper.init(start));
  return isTaskOver(first.state.status) ? first : { ...first, state: { ...first.state, status: 'pending' } };
}

/** The state after a message; "stale" when it is late, double, or of no use to a task in this status. */
export function deliverMessage(
  core: TaskCore,
  state: TaskState,
  delivery: { message: TaskMessage; at: number },
): Delivered | 'stale' {
  if (isTaskOver(state.status) || !isExpected(state, delivery.message)) return 'stale';
  const { message, at } = delivery;
  const pending = new Map(state.pending);
  if (message.kind === 'result' || message.kind === 'timer') pending.delete(keyOf(message));
  const waiting = { pending, seq: state.seq + 1, at, isPaused: isPaused(state) };
  const woken = moveWaiting(core, waiting, message);
  const input = chartInput(message);
  const stepped =
    input === undefined ? { snapshot: state.snapshot, effects: [] } : core.stepper.step(state.snapshot, input);
  const delivered = advance(core, { seq: state.seq + 1, pending, at }, stepped);
  // That breakpoints are set has a task neither begin nor go on.
  if (message.kind === 'control' && message.command === 'break')
    return { ...delivered, state: { ...delivered.state, status: state.status } };
  return woken.length === 0 ? delivered : { ...delivered, commands: [...woken, ...delivered.commands] };
}

function isPaused({ snapshot }: TaskState): boolean {
  return snapshot.status === 'active' && snapshot.context.gate.paused;
}

/** Where a message belongs among what a task waits for. */
function keyOf(message: Exclude<TaskMessage, { kind: 'control' }>): string {
  return message.kind === 'timer' ? message.id : message.node;
}

/**
 * What a host has to do again after a restart: stages in flight run again, timers keep their deadlines. Stages that wait
 * are not in flight.
 */
export function resumeCommands(state: TaskState): readonly TaskCommand[] {
  return [...state.pending].flatMap(([id, pending]): readonly TaskCommand[] => {
    if (pending.kind === 'timer') return [{ do: 'start_timer', id, timer: pending }];
    return pending.waiting === true ? [] : [{ do: 'run_stage', stage: pending }];
  });
}

function isExpected(state: TaskState, message: TaskMessage): boolean {
  if (message.kind === 'control') return message.command !== 'start' || state.status === 'pending';
  const pending = state.pending.get(keyOf(message));
  if (pending?.token !== message.token) return false;
  if (message.kind !== 'asks' && message.kind !== 'answer') return true;
  const isOpen = pending.kind === 'stage' && pending.asks?.includes(message.question) === true;
  return isOpen === (message.kind === 'answer');
}

/** What the chart is told; nothing when it is of no matter to it. */
function chartInput(message: TaskMessage): Parameters<Stepper['step']>[1] | undefined {
  switch (message.kind) {
    case 'result':
      return { type: 'stage.ended', node: message.node, end: message.end };
    case 'timer':
      return readConsentTimer(message.id) === undefined ? { type: 'timer.fired', id: message.id } : undefined;
    case 'asks':
    case 'answer':
    case 'waits':
      return undefined;
    case 'control':
      return orderInput(message);
  }
}

function orderInput(order: ControlOrder): Parameters<Stepper['step']>[1] | undefined {
  switch (order.command) {
    case 'start':
      return undefined;
    case 'step':
      return { type: 'task.step', ...(order.stage !== undefined && { stage: order.stage }) };
    case 'break':
      return { type: 'task.break', breakpoints: order.breakpoints };
    case 'pause':
    case 'resume':
    case 'cancel':
      return { type: `task.${order.command}` };
    case 'expire':
      return { type: 'task.cancel' };
  }
}

interface Advance {
  readonly seq: number;
  readonly pending: Map<string, Pending>;
  readonly at: number;
}

export function advance(core: TaskCore, next: Advance, { snapshot, effects }: Stepped): Delivered {
  const commands: TaskCommand[] = [];
  for (const effect of effects) {
    const command = commandFor(core, { next, snapshot, effect });
    if (command !== undefined) commands.push(command);
  }
  commands.push(...dropUnasked(next.pending));
  const status = statusFrom(snapshot, next.pending);
  if (isTaskOver(status)) commands.push({ do: 'finish', status }); // all else was stopped and cleared by the step
  return { state: { seq: next.seq, status, snapshot, pending: next.pending }, commands };
}

interface EffectInPlace {
  readonly next: Advance;
  readonly snapshot: ChartSnapshot;
  readonly effect: ChartEffect;
}

function commandFor(core: TaskCore, { next, snapshot, effect }: EffectInPlace): TaskCommand | undefined {
  switch (effect.kind) {
    case 'start': {
      const stage = pendingStage(core, { next, snapshot, effect }, effect.node);
      next.pending.set(effect.node, stage);
      return { do: 'run_stage', stage };
    }
    case 'stop':
      return drop(next.pending, effect.node);
    case 'timer': {
      const { id, node, purpose, delayMs } = effect;
      const timer: PendingTimer = {
        kind: 'timer',
        token: `${next.seq}.${id}`,
        node,
        purpose,
        due_at: next.at + delayMs,
      };
      next.pending.set(id, timer);
      return { do: 'start_timer', id, timer };
    }
    case 'clear':
      return drop(next.pending, effect.id);
  }
}

/** Nothing to undo when the effect has already come to its end. */
function drop(pending: Map<string, Pending>, key: string): TaskCommand | undefined {
  const found = pending.get(key);
  if (found === undefined) return undefined;
  pending.delete(key);
  return found.kind === 'stage' ? { do: 'abort_stage', stage: found } : { do: 'clear_timer', id: key };
}

function pendingStage(core: TaskCore, { next, snapshot }: EffectInPlace, nodeId: string): PendingStage {
  const node = core.graph.byId.get(nodeId);
  const failures = countOf(snapshot.context.attempts, nodeId);
  return {
    kind: 'stage',
    token: `${next.seq}.${nodeId}`,
    node: nodeId,
    attempt: failures + 1,
    arrivals: node === undefined ? [] : arrivalsOf(node, snapshot),
    ...(node?.type === 'feedback' && { waiting: true }),
  };
}

function arrivalsOf(node: GraphNode, { context }: ChartSnapshot): readonly Arrival[] {
  return node.inbound.map((edge) => ({ from: edge.from.id, edge: edge.id, token: tokenOf(context.control, edge) }));
}

const finalStatuses = new Map<unknown, TaskStatus>([
  ['completed', 'completed'],
  ['partial', 'partial'],
  ['cancelled', 'cancelled'],
]);

export function statusFrom(snapshot: ChartSnapshot, pending: ReadonlyMap<string, Pending>): TaskStatus {
  if (snapshot.status === 'active') {
    if (snapshot.context.gate.paused) return 'paused';
    return isAllWaiting(pending) ? 'waiting' : 'running';
  }
  return finalStatuses.get(snapshot.value) ?? 'failed';
}
