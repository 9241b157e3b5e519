import { EngineError } from '../errors/index.ts';
import type { Gate } from './gate.ts';
import type { ChartSnapshot, Stepped, Stepper } from './stepper.ts';
import { advance, statusFrom, type Delivered, type TaskState } from './task-reducer.ts';
import { isTaskOver, type Pending, type PendingTimer, type TaskCore } from './task-message.ts';
import { forgetQuestions, wake } from './waiting.ts';
import { countOf, type StageEnd, type WorkflowContext } from './workflow-context.ts';

/*
 * Steps that no chart takes: a task begins as a copy of another one, or goes on with other manifests. Pure, so that a
 * replay of the journal comes to the same.
 */

/**
 * The state of a task that begins at a moment where another one stood before. Waits and time limits begin anew, as do the
 * child tasks of a stage whose own waited for an answer.
 */
export function branchTask(core: TaskCore, state: TaskState, at: number): TaskState {
  const { waits } = state.snapshot.context;
  const pending = new Map<string, Pending>();
  for (const [key, entry] of state.pending)
    pending.set(key, entry.kind === 'timer' ? renewed(core, entry, { waits, at }) : entry);
  const waiting = { pending, seq: state.seq + 1, at, isPaused: false };
  forgetQuestions(core, waiting);
  wake(core, waiting);
  const isBegun = state.status !== 'pending';
  return {
    seq: state.seq + 1,
    status: isBegun ? statusFrom(state.snapshot, pending) : state.status,
    snapshot: state.snapshot,
    pending,
  };
}

interface Renewal {
  readonly waits: WorkflowContext['waits'];
  readonly at: number;
}

function renewed({ graph }: TaskCore, timer: PendingTimer, { waits, at }: Renewal): PendingTimer {
  const { node, purpose } = timer;
  const delayMs = purpose === 'retry' ? countOf(waits, node) : (graph.byId.get(node)?.timeoutMs ?? 0);
  return { ...timer, due_at: at + delayMs };
}

export interface TaskMove {
  readonly seed: string;
  readonly maxParallel: number;
  /** How the stages that are kept ended, by their node in the new workflow, each ready when its turn comes. */
  readonly ends: readonly { readonly node: string; readonly end: StageEnd }[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The state of a task in another workflow, once the stages that it keeps have ended there. What is ready then starts. */
export function moveTask({ stepper, graph }: TaskCore, before: TaskState, move: TaskMove): Delivered {
  const { seed, maxParallel, ends, at } = move;
  // Every stage is held, so that none starts but those that are let through to end at once.
  let stepped = stepper.init({ seed, maxParallel, paused: true });
  for (const { node, end } of ends) {
    const { held } = stepped.snapshot.context.gate;
    if (!held.includes(node))
      throw new EngineError('ENGINE_BUG', `Stage "${node}" is to be kept, and is not ready in the new workflow.`);
    const { snapshot } = stepper.step(stepped.snapshot, { type: 'task.step', stage: node });
    stepped = stepper.step(snapshot, { type: 'stage.ended', node, end });
  }
  const { gate } = before.snapshot.context;
  const snapshot = withStops(stepper, stepped.snapshot, gate);
  const last: Stepped = gate.paused ? { snapshot, effects: [] } : stepper.step(snapshot, { type: 'task.resume' });
  const moved = advance({ stepper, graph }, { seq: before.seq + 1, pending: new Map(), at }, last);
  if (before.status !== 'pending' || isTaskOver(moved.state.status)) return moved;
  return { ...moved, state: { ...moved.state, status: 'pending' } };
}

/** Breakpoints stay set, by the names that they have; a task that is paused at one still is. */
function withStops(stepper: Stepper, snapshot: ChartSnapshot, { breakpoints, paused, stoppedAt }: Gate): ChartSnapshot {
  if (breakpoints === undefined && stoppedAt === undefined) return snapshot;
  const { status, value, context } = snapshot;
  const gate = {
    ...context.gate,
    ...(breakpoints !== undefined && { breakpoints }),
    ...(paused && stoppedAt !== undefined && { stoppedAt }),
  };
  return stepper.load({ status, value, context: { ...context, gate } });
}
