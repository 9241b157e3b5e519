import { tokenOf, type Token } from './control.ts';
import type { GraphNode, WorkflowGraph } from './graph.ts';
import type { ChartEffect, ChartSnapshot, Stepped, Stepper } from './stepper.ts';
import type { TimerPurpose } from './timers.ts';
import { countOf, type StageEnd } from './workflow-context.ts';

/*
 * The task: a pure reducer with an inbox and an outbox. A host delivers one message at a time, makes the new state and
 * the message durable together, and then carries the commands out at least once.
 */

export type TaskStatus = 'pending' | 'running' | 'paused' | 'completed' | 'partial' | 'failed' | 'cancelled';

/** Whether nothing can happen any more to a task in this status. */
export function isTaskOver(status: TaskStatus): boolean {
  return status !== 'pending' && status !== 'running' && status !== 'paused';
}

/** What a merge is told of each inbound edge, so that nothing is dropped silently. */
export interface Arrival {
  readonly from: string;
  readonly edge: string;
  readonly token: Token;
}

export interface PendingStage {
  readonly kind: 'stage';
  /** Names this attempt: a result with another token is late and is dropped. */
  readonly token: string;
  readonly node: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly arrivals: readonly Arrival[];
}

export interface PendingTimer {
  readonly kind: 'timer';
  readonly token: string;
  readonly node: string;
  readonly purpose: TimerPurpose;
  /** Milliseconds since the epoch: a deadline survives a restart, a delay does not. */
  readonly due_at: number;
}

export type Pending = PendingStage | PendingTimer;

export interface TaskState {
  /** Messages applied so far. */
  readonly seq: number;
  readonly status: TaskStatus;
  readonly snapshot: ChartSnapshot;
  /** By node id for stages, by timer id for timers. */
  readonly pending: ReadonlyMap<string, Pending>;
}

export type TaskMessage =
  | { readonly kind: 'result'; readonly node: string; readonly token: string; readonly end: StageEnd }
  | { readonly kind: 'timer'; readonly id: string; readonly token: string }
  | { readonly kind: 'control'; readonly command: ControlCommand };

/** `start` is given once, at the first run. */
export type ControlCommand = 'start' | 'pause' | 'resume' | 'step' | 'cancel';

export type TaskCommand =
  | { readonly do: 'run_stage'; readonly stage: PendingStage }
  | { readonly do: 'abort_stage'; readonly stage: PendingStage }
  | { readonly do: 'start_timer'; readonly id: string; readonly timer: PendingTimer }
  | { readonly do: 'clear_timer'; readonly id: string }
  | { readonly do: 'finish'; readonly status: TaskStatus };

export interface Delivered {
  readonly state: TaskState;
  readonly commands: readonly TaskCommand[];
}

/** What the reducer needs of a compiled workflow. */
export interface TaskCore {
  readonly graph: WorkflowGraph;
  readonly stepper: Stepper;
}

export interface TaskStart {
  readonly seed: string;
  readonly maxParallel: number;
  readonly paused: boolean;
}

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
  if (message.kind !== 'control') pending.delete(message.kind === 'result' ? message.node : message.id);
  const input = chartInput(message);
  const stepped =
    input === undefined ? { snapshot: state.snapshot, effects: [] } : core.stepper.step(state.snapshot, input);
  return advance(core, { seq: state.seq + 1, pending, at }, stepped);
}

/** What a host has to do again after a restart: stages in flight run again, timers keep their deadlines. */
export function resumeCommands(state: TaskState): readonly TaskCommand[] {
  return [...state.pending].map(([id, pending]) =>
    pending.kind === 'stage' ? { do: 'run_stage', stage: pending } : { do: 'start_timer', id, timer: pending },
  );
}

function isExpected(state: TaskState, message: TaskMessage): boolean {
  if (message.kind === 'control') return message.command !== 'start' || state.status === 'pending';
  return state.pending.get(message.kind === 'result' ? message.node : message.id)?.token === message.token;
}

/** What the chart is told; nothing when it is of no matter to it. */
function chartInput(message: TaskMessage): Parameters<Stepper['step']>[1] | undefined {
  switch (message.kind) {
    case 'result':
      return { type: 'stage.ended', node: message.node, end: message.end };
    case 'timer':
      return { type: 'timer.fired', id: message.id };
    case 'control':
      return message.command === 'start' ? undefined : { type: `task.${message.command}` };
  }
}

interface Advance {
  readonly seq: number;
  readonly pending: Map<string, Pending>;
  readonly at: number;
}

function advance(core: TaskCore, next: Advance, { snapshot, effects }: Stepped): Delivered {
  const commands: TaskCommand[] = [];
  for (const effect of effects) {
    const command = commandFor(core, { next, snapshot, effect });
    if (command !== undefined) commands.push(command);
  }
  const status = statusFrom(snapshot);
  if (isTaskOver(status)) commands.push(...abandon(next.pending), { do: 'finish', status });
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

function abandon(pending: Map<string, Pending>): readonly TaskCommand[] {
  return [...pending.keys()].flatMap((key) => drop(pending, key) ?? []);
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

function statusFrom(snapshot: ChartSnapshot): TaskStatus {
  if (snapshot.status === 'active') return snapshot.context.gate.paused ? 'paused' : 'running';
  return finalStatuses.get(snapshot.value) ?? 'failed';
}
