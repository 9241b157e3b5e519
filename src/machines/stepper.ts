import { createEmptyActor, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import { EngineError } from '../errors/index.ts';
import type { WorkflowGraph } from './graph.ts';
import { readTimerId, timerEvent, timerId, timerOfEvent, type TimerPurpose } from './timers.ts';
import type { WorkflowContext, WorkflowEvent, WorkflowInput } from './workflow-context.ts';

/** What a step asks the world to do. Data: a host carries it out. */
export type ChartEffect =
  | { readonly kind: 'start'; readonly node: string }
  | { readonly kind: 'stop'; readonly node: string }
  | {
      readonly kind: 'timer';
      readonly id: string;
      readonly node: string;
      readonly purpose: TimerPurpose;
      readonly delayMs: number;
    }
  | { readonly kind: 'clear'; readonly id: string };

/** State of a machine between two steps. */
export interface ChartSnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value: unknown;
  readonly context: WorkflowContext;
}

/** What is stored of a snapshot: plain JSON. */
export interface StoredSnapshot {
  readonly status: ChartSnapshot['status'];
  readonly value: unknown;
  readonly context: WorkflowContext;
}

export type ChartInput = WorkflowEvent | { readonly type: 'timer.fired'; readonly id: string };

export interface Stepped {
  readonly snapshot: ChartSnapshot;
  readonly effects: readonly ChartEffect[];
}

export interface Stepper {
  init(input: WorkflowInput): Stepped;
  step(snapshot: ChartSnapshot, event: ChartInput): Stepped;
  /** Rebuilds a stored snapshot. It must come from the same machine: check the definition hash first. */
  load(stored: StoredSnapshot): ChartSnapshot;
}

type Scope = Parameters<AnyStateMachine['transition']>[2];

interface ExecutedAction {
  readonly type: string;
  readonly params: unknown;
}

/**
 * Steps a machine without an actor. XState's own `transition()` builds an actor and its initial snapshot at every call;
 * the machine's method takes the scope as an argument, so one inert scope a machine will do.
 */
export function createStepper(machine: AnyStateMachine, graph: WorkflowGraph): Stepper {
  let actions: ExecutedAction[] = [];
  const scope = inertScope((action) => actions.push(action));
  const take = (move: () => AnyMachineSnapshot): Stepped => {
    actions = []; // a step that threw may have left some
    const snapshot = move();
    const effects = effectsOf(actions);
    if (snapshot.status === 'error')
      throw new EngineError('ENGINE_BUG', 'A step of the machine failed.', { cause: snapshot.error });
    // No actor lives here: what XState notes of children would only grow.
    snapshot.children = {};
    return { snapshot: snapshot as ChartSnapshot, effects };
  };
  return {
    init: (input) => take(() => machine.getInitialSnapshot(scope, input)),
    step(snapshot, event) {
      if (snapshot.status !== 'active') return { snapshot, effects: [] }; // an actor would ignore it too
      return take(() => machine.transition(snapshot as AnyMachineSnapshot, eventFor(graph, event), scope));
    },
    load: (stored) => machine.resolveState(stored as Parameters<AnyStateMachine['resolveState']>[0]) as ChartSnapshot,
  };
}

/** The part of a snapshot that is stored. */
export function storeSnapshot(snapshot: ChartSnapshot): StoredSnapshot {
  return { status: snapshot.status, value: snapshot.value, context: snapshot.context };
}

function inertScope(note: (action: ExecutedAction) => void): Scope {
  const self = createEmptyActor();
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: () => undefined,
    defer: () => undefined,
    stopChild: () => undefined,
    emit: () => undefined,
    actionExecutor: note,
  } as unknown as Scope;
}

function eventFor(graph: WorkflowGraph, input: ChartInput): { type: string } {
  if (input.type !== 'timer.fired') return input;
  const timer = readTimerId(graph, input.id);
  return { type: timer === undefined ? 'timer.unknown' : timerEvent(timer.purpose, timer.node) };
}

function effectsOf(actions: readonly ExecutedAction[]): readonly ChartEffect[] {
  const effects: ChartEffect[] = [];
  for (const action of actions) {
    const effect = effectOf(action);
    if (effect !== undefined) effects.push(effect);
  }
  return effects;
}

function effectOf({ type, params }: ExecutedAction): ChartEffect | undefined {
  switch (type) {
    case 'xstate.spawnChild':
      return { kind: 'start', node: (params as { id: string }).id };
    case 'leaveStage':
      return { kind: 'stop', node: (params as { node: string }).node };
    case 'xstate.raise':
      return timerEffect(params as { id: string; delay: number });
    case 'xstate.cancel':
      return clearEffect((params as { sendId: string }).sendId);
    default:
      return undefined;
  }
}

function timerEffect({ id, delay }: { id: string; delay: number }): ChartEffect {
  const { purpose, node } = timerOfEvent(id);
  return { kind: 'timer', id: timerId(purpose, node), node, purpose, delayMs: delay };
}

function clearEffect(event: string): ChartEffect {
  const { purpose, node } = timerOfEvent(event);
  return { kind: 'clear', id: timerId(purpose, node) };
}
