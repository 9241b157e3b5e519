import { assign, fromCallback, setup, type AnyStateMachine } from 'xstate';
import { EngineError } from '../errors/index.ts';
import { passStep } from './breakpoints.ts';
import { isOver, statusOf, tokenOf } from './control.ts';
import type { WorkflowChart } from './chart.ts';
import { breakAt, openGate, pauseGate, resumeGate, stepGate } from './gate.ts';
import type { GraphNode, WorkflowGraph } from './graph.ts';
import { cancelAll, settle, startControl } from './kernel.ts';
import { effectiveOutcome, type Outcome } from './routes.ts';
import { backoffDelay, stageSource } from './stage-chart.ts';
import {
  countAttempt,
  countOf,
  withoutStages,
  withoutWait,
  type WorkflowContext,
  type WorkflowEvent,
  type WorkflowInput,
} from './workflow-context.ts';
import { verdictOf } from './verdict.ts';

/** What the machine can be told and what it makes of it; timers arrive as events that XState names itself. */
type ChartEvent = WorkflowEvent | { readonly type: `xstate.after.${string}` };

interface NodeParams {
  node: string;
}

/** The machine of a workflow: the config the compiler wrote, with guards and actions that ask the kernel. */
export function createWorkflowMachine(graph: WorkflowGraph, chart: WorkflowChart): AnyStateMachine {
  const parts = setup({
    types: {} as { context: WorkflowContext; input: WorkflowInput; events: ChartEvent },
    // Without one XState's development build, which test runners choose, warns at every start of a stage.
    actors: { [stageSource]: fromCallback(() => undefined) },
    guards: { ...placeGuards(graph), ...stageGuards(graph) },
    actions: {
      settle: assign(({ context, event }, { node }: NodeParams) =>
        settled(graph, context, { node, outcome: outcomeOf(event, nodeOf(graph, node)) }),
      ),
      countAttempt: assign(({ context, event }, params: NodeParams & { backoffMs: number }) =>
        countAttempt(context, { ...params, retryAfterMs: retryAfter(event) }),
      ),
      endWait: assign(({ context }, { node }: NodeParams) => withoutWait(context, node)),
      pause: assign(({ context }) => ({ gate: pauseGate(context.gate) })),
      resume: assign(({ context }) => ({ gate: resumeGate(context.gate).gate })),
      step: assign(({ context, event }) => ({
        gate: stepGate(context.gate, event.type === 'task.step' ? event.stage : undefined).gate,
      })),
      setBreakpoints: assign(({ context, event }) =>
        event.type === 'task.break' ? { gate: breakAt(context.gate, event.breakpoints) } : {},
      ),
      cancelOpen: assign(({ context }) => ({ control: cancelAll(graph, context.control) })),
    },
    delays: Object.fromEntries(
      graph.nodes.map((node) => [
        backoffDelay(node.id),
        ({ context }: { context: WorkflowContext }) => countOf(context.waits, node.id),
      ]),
    ),
  });
  const context = ({ input }: { input: WorkflowInput }): WorkflowContext => startContext(graph, input);
  const output = ({ context: last }: { context: WorkflowContext }): { verdict: string } => ({
    verdict: verdictOf(graph, last.control),
  });
  // The config is generated, so the literal types that setup() checks a hand-written one with cannot hold here.
  const config = { ...chart, context, output } as unknown as Parameters<typeof parts.createMachine>[0];
  return parts.createMachine(config);
}

function startContext(graph: WorkflowGraph, input: WorkflowInput): WorkflowContext {
  const start = startControl(graph);
  const { gate } = passStep(graph, { gate: openGate(input.maxParallel, input.paused, input.breakpoints) }, start);
  return { control: start.control, gate, attempts: {}, waits: {}, seed: input.seed };
}

function settled(
  graph: WorkflowGraph,
  context: WorkflowContext,
  ended: { node: string; outcome: Outcome },
): Partial<WorkflowContext> {
  const step = settle(graph, context.control, { node: nodeOf(graph, ended.node), outcome: ended.outcome });
  return { ...withoutStages(context, step.stopped), control: step.control, gate: passStep(graph, context, step).gate };
}

type GuardArguments = { context: WorkflowContext; event: ChartEvent };

/** Guards about where the thread of a lane may go. */
function placeGuards(graph: WorkflowGraph) {
  return {
    arrives: ({ context }: GuardArguments, { edge }: { edge: string }): boolean => {
      const found = graph.edgeById.get(edge);
      if (found === undefined || tokenOf(context.control, found) !== 'live') return false;
      const status = statusOf(context.control, found.to);
      return status === 'ready' || status === 'done';
    },
    taken: ({ context }: GuardArguments, { edge }: { edge: string }): boolean => {
      const found = graph.edgeById.get(edge);
      return found !== undefined && tokenOf(context.control, found) === 'live';
    },
    anyTaken: ({ context }: GuardArguments, { node }: NodeParams): boolean =>
      nodeOf(graph, node).outbound.some((edge) => tokenOf(context.control, edge) === 'live'),
    mayRun: ({ context }: GuardArguments, { node }: NodeParams): boolean => {
      const status = statusOf(context.control, nodeOf(graph, node));
      return status !== 'skipped' && status !== 'cancelled';
    },
    endedEarly: ({ context }: GuardArguments): boolean => context.control.ended !== undefined,
    hasVerdict: ({ context }: GuardArguments, { verdict }: { verdict: string }): boolean =>
      verdictOf(graph, context.control) === verdict,
    over: ({ context }: GuardArguments): boolean => isOver(context.control),
  };
}

/** Guards about one stage. */
function stageGuards(graph: WorkflowGraph) {
  return {
    hasStatus: ({ context }: GuardArguments, { node, status }: NodeParams & { status: string }): boolean =>
      statusOf(context.control, nodeOf(graph, node)) === status,
    admitted: ({ context }: GuardArguments, { node }: NodeParams): boolean =>
      context.gate.held.length === 0 || !context.gate.held.includes(node),
    ended: ({ event }: GuardArguments, { node }: NodeParams): boolean =>
      event.type === 'stage.ended' && event.node === node,
    endedDone: ({ event }: GuardArguments, { node }: NodeParams): boolean =>
      event.type === 'stage.ended' &&
      event.node === node &&
      effectiveOutcome(nodeOf(graph, node), outcomeOf(event, nodeOf(graph, node))).kind === 'done',
    /** Done, and the gate lets the stage through that takes its place, whatever else starts with it. */
    endedFreely: ({ context, event }: GuardArguments, { node, others }: NodeParams & { others: number }): boolean =>
      event.type === 'stage.ended' &&
      event.node === node &&
      event.end.kind === 'done' &&
      context.gate.held.length === 0 &&
      context.gate.breakpoints === undefined &&
      !context.gate.paused &&
      context.gate.admitted + others <= context.gate.limit,
    mayRetry: ({ context, event }: GuardArguments, { node, retries }: NodeParams & { retries: number }): boolean => {
      if (event.type === 'stage.ended' && (event.node !== node || event.end.kind === 'done' || !event.end.retryable))
        return false;
      return countOf(context.attempts, node) < retries;
    },
  };
}

/** A timer that ends an attempt means that time ran out. */
function outcomeOf(event: ChartEvent, { onTimeout }: GraphNode): Outcome {
  if (event.type !== 'stage.ended')
    return onTimeout === 'done' ? { kind: 'done' } : { kind: 'failed', category: 'timeout' };
  return event.end.kind === 'done' ? event.end : { kind: 'failed', category: event.end.category };
}

function retryAfter(event: ChartEvent): number {
  return event.type === 'stage.ended' && event.end.kind === 'failed' ? (event.end.retryAfterMs ?? 0) : 0;
}

function nodeOf(graph: WorkflowGraph, id: string): GraphNode {
  const node = graph.byId.get(id);
  if (node === undefined) throw new EngineError('ENGINE_BUG', `The chart names "${id}", which is no node.`);
  return node;
}
