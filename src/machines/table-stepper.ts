import { isOver, readyNodes, statusOf, type ControlState } from './control.ts';
import { passStep } from './breakpoints.ts';
import { breakAt, openGate, pauseGate, resumeGate, stepGate, type Passage } from './gate.ts';
import type { GraphNode, WorkflowGraph } from './graph.ts';
import { cancelAll, settle, startControl } from './kernel.ts';
import type { Outcome } from './routes.ts';
import type { ChartEffect, ChartInput, ChartSnapshot, Stepped, Stepper } from './stepper.ts';
import { readTimerId, timerId } from './timers.ts';
import {
  countAttempt,
  countOf,
  withoutStages,
  withoutWait,
  type StageEnd,
  type WorkflowContext,
} from './workflow-context.ts';
import { verdictOf } from './verdict.ts';

/*
 * Takes the steps of the chart without XState, from the kernel and the gate alone: 1 to 3 µs a stage at any width.
 * XState needs about 25 for a chain, and looks at every active region at every event, so a fork of 500 branches costs
 * it 40 ms a stage. What it does is what the chart does: property tests hold context and effects of both equal, step
 * by step.
 */

interface Move {
  readonly context: WorkflowContext;
  readonly effects: readonly ChartEffect[];
}

/** The stepper that hosts run tasks by. */
export function createTableStepper(graph: WorkflowGraph): Stepper {
  return {
    init(input) {
      const start = startControl(graph);
      const { gate, released } = passStep(
        graph,
        { gate: openGate(input.maxParallel, input.paused, input.breakpoints) },
        start,
      );
      const context = { control: start.control, gate, attempts: {}, waits: {}, seed: input.seed };
      return finished(graph, { context, effects: startEffects(graph, released) });
    },
    step(snapshot, event) {
      if (snapshot.status !== 'active') return { snapshot, effects: [] };
      const move = moveFor(graph, snapshot.context, event);
      return move === undefined ? { snapshot, effects: [] } : finished(graph, move, event);
    },
    load: (stored) => stored,
  };
}

function finished(graph: WorkflowGraph, { context, effects }: Move, event?: ChartInput): Stepped {
  const isCancelled = event?.type === 'task.cancel';
  if (!isCancelled && !isOver(context.control))
    return { snapshot: { status: 'active', value: 'running', context }, effects };
  const value = isCancelled ? 'cancelled' : verdictOf(graph, context.control);
  const snapshot: ChartSnapshot = { status: 'done', value, context };
  return { snapshot, effects };
}

function moveFor(graph: WorkflowGraph, context: WorkflowContext, event: ChartInput): Move | undefined {
  switch (event.type) {
    case 'stage.ended': {
      const node = graph.byId.get(event.node);
      return node !== undefined && isAtWork(context, node)
        ? endAttempt(graph, context, { node, end: event.end })
        : undefined;
    }
    case 'timer.fired':
      return fireTimer(graph, context, event.id);
    case 'task.pause':
      return { context: { ...context, gate: pauseGate(context.gate) }, effects: [] };
    case 'task.resume':
      return release(graph, context, resumeGate(context.gate));
    case 'task.step':
      return release(graph, context, stepGate(context.gate, event.stage));
    case 'task.break':
      return { context: { ...context, gate: breakAt(context.gate, event.breakpoints) }, effects: [] };
    case 'task.cancel':
      return cancel(graph, context);
  }
}

function isAtWork(context: WorkflowContext, node: GraphNode): boolean {
  return isAdmitted(context, node) && !Object.hasOwn(context.waits, node.id);
}

function isAdmitted({ control, gate }: WorkflowContext, node: GraphNode): boolean {
  return statusOf(control, node) === 'ready' && !gate.held.includes(node.id);
}

interface EndedAttempt {
  readonly node: GraphNode;
  readonly end: StageEnd;
}

function endAttempt(graph: WorkflowGraph, context: WorkflowContext, { node, end }: EndedAttempt): Move {
  const outcome: Outcome = end.kind === 'done' ? end : { kind: 'failed', category: end.category };
  const isRetried = end.kind === 'failed' && end.retryable && countOf(context.attempts, node.id) < node.retries;
  if (!isRetried) return settleStage(graph, context, { node, outcome });
  const counted = countAttempt(context, {
    node: node.id,
    backoffMs: node.backoffMs,
    retryAfterMs: end.retryAfterMs ?? 0,
  });
  const delayMs = countOf(counted.waits, node.id);
  const retry: ChartEffect = { kind: 'timer', id: timerId('retry', node.id), node: node.id, purpose: 'retry', delayMs };
  return { context: { ...context, ...counted }, effects: [...stopEffects(context, node), retry] };
}

function settleStage(
  graph: WorkflowGraph,
  context: WorkflowContext,
  ended: { node: GraphNode; outcome: Outcome },
): Move {
  const step = settle(graph, context.control, ended);
  const { gate, released } = passStep(graph, context, step);
  const stopped = step.stopped.filter((node) => !context.gate.held.includes(node.id));
  const effects = [...stopped.flatMap((node) => stopEffects(context, node)), ...startEffects(graph, released)];
  return { context: { ...context, ...withoutStages(context, step.stopped), control: step.control, gate }, effects };
}

function release(graph: WorkflowGraph, context: WorkflowContext, { gate, released }: Passage): Move {
  return { context: { ...context, gate }, effects: startEffects(graph, released) };
}

function cancel(graph: WorkflowGraph, context: WorkflowContext): Move {
  const control: ControlState = cancelAll(graph, context.control);
  const atWork = readyNodes(graph, context.control).filter((node) => isAdmitted(context, node));
  return { context: { ...context, control }, effects: atWork.flatMap((node) => stopEffects(context, node)) };
}

function fireTimer(graph: WorkflowGraph, context: WorkflowContext, id: string): Move | undefined {
  const timer = readTimerId(graph, id);
  if (timer === undefined || !isAdmitted(context, timer.node)) return undefined;
  const { purpose, node } = timer;
  const isWaiting = Object.hasOwn(context.waits, node.id);
  if (purpose === 'retry') {
    if (!isWaiting) return undefined;
    return { context: { ...context, ...withoutWait(context, node.id) }, effects: startEffects(graph, [node.id]) };
  }
  if (node.timeoutMs === undefined || isWaiting) return undefined;
  if (node.onTimeout === 'done') return settleStage(graph, context, { node, outcome: { kind: 'done' } });
  return endAttempt(graph, context, { node, end: { kind: 'failed', category: 'timeout', retryable: true } });
}

function startEffects(graph: WorkflowGraph, stages: readonly string[]): ChartEffect[] {
  const effects: ChartEffect[] = [];
  for (const id of stages) {
    const node = graph.byId.get(id);
    if (node === undefined) continue;
    effects.push({ kind: 'start', node: id });
    if (node.timeoutMs === undefined) continue;
    effects.push({
      kind: 'timer',
      id: timerId('timeout', node.id),
      node: id,
      purpose: 'timeout',
      delayMs: node.timeoutMs,
    });
  }
  return effects;
}

/** A stage that is left takes its timers along; one that waits for its next attempt has been stopped before. */
function stopEffects(context: WorkflowContext, node: GraphNode): readonly ChartEffect[] {
  if (Object.hasOwn(context.waits, node.id)) return [{ kind: 'clear', id: timerId('retry', node.id) }];
  const stop: ChartEffect = { kind: 'stop', node: node.id };
  return node.timeoutMs === undefined ? [stop] : [stop, { kind: 'clear', id: timerId('timeout', node.id) }];
}
