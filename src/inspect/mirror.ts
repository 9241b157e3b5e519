import { createActor, type InspectionEvent, type Observer } from 'xstate';
import type { CompiledPipeline, EngineEvent, StageRecord } from '../engine/index.ts';
import {
  createWorkflowMachine,
  statusOf,
  timerEvent,
  type StageEnd,
  type WorkflowContext,
  type WorkflowGraph,
} from '../machines/index.ts';

/**
 * The statechart of one task, kept where the task is. Hosts step by a table, not by the chart, so this actor runs no stage and waits
 * for no timer: it is told by events what happened, and only then takes the step that belongs to it.
 */
export interface Mirror {
  readonly sessionId: string;
  take(event: EngineEvent): void;
  /** Takes the steps of what happened before anybody looked. */
  catchUp(trace: readonly StageRecord[]): void;
  /** A context of it in words. */
  describe(context: unknown): object | undefined;
}

export interface MirrorOptions {
  readonly taskId: string;
  readonly pipeline: CompiledPipeline;
  readonly inspect: Observer<InspectionEvent>;
}

/** Delays pass when an event says so. */
const noClock = { setTimeout: () => 0, clearTimeout: () => undefined };

export function createMirror({ taskId, pipeline, inspect }: MirrorOptions): Mirror {
  const { graph } = pipeline;
  const actor = createActor(createWorkflowMachine(graph, pipeline.chart()), {
    id: taskId,
    inspect,
    clock: noClock,
    // Paused for good: so each stage is let in by the event that says it began, whatever held it at the host.
    input: { seed: taskId, maxParallel: graph.nodes.length, paused: true },
  });
  actor.start();
  const context = (): WorkflowContext => contextOf(actor.getSnapshot());
  const begin = (id: string): void => {
    const node = graph.byId.get(id);
    const { gate, waits } = context();
    if (node !== undefined && Object.hasOwn(waits, id)) actor.send({ type: timerEvent('retry', node) });
    else if (gate.held.includes(id)) actor.send({ type: 'task.step', stage: id });
  };
  const end = (id: string, how: StageEnd): void => {
    const node = graph.byId.get(id);
    // What is told twice, or of a stage that ended with another one, moves nothing.
    if (node === undefined || node.closes !== undefined || statusOf(context().control, node) !== 'ready') return;
    begin(id); // a stage that was answered without being at work
    actor.send({ type: 'stage.ended', node: id, end: how });
  };
  const cancel = (): void => {
    if (actor.getSnapshot().status === 'active') actor.send({ type: 'task.cancel' });
  };
  return {
    sessionId: actor.sessionId,
    describe: (given) => (isContext(given) ? inWords(taskId, graph, given) : undefined),
    catchUp(trace) {
      for (const { node, status, attempt, choice, failure } of trace) {
        if (attempt > 0) begin(node);
        if (status === 'done') end(node, done(choice));
        if (status === 'failed') end(node, failed(failure, false));
      }
    },
    take(event) {
      const { nodeId = '', type, data } = event;
      if (type === 'stage.started') begin(nodeId);
      else if (type === 'stage.finished') end(nodeId, done(data.choice));
      else if (type === 'stage.failed') end(nodeId, failed(data.failure, false));
      else if (type === 'stage.retrying') end(nodeId, failed(data.failure, true));
      else if (overTypes.has(type)) cancel();
      // The chart goes on as it is: it shows with which state a call or a decision belongs.
      else actor.send({ ...data, type, ...(nodeId !== '' && { stage: nodeId }) });
    },
  };
}

/** A task whose time was up is over before its chart is. */
export const overTypes: ReadonlySet<string> = new Set(['task.completed', 'task.failed', 'task.cancelled']);

function contextOf({ context }: { readonly context: WorkflowContext }): WorkflowContext {
  return context;
}

function isContext(value: unknown): value is WorkflowContext {
  return typeof value === 'object' && value !== null && 'control' in value && 'attempts' in value;
}

function inWords(task: string, graph: WorkflowGraph, { control, attempts }: WorkflowContext): object {
  const stages = Object.fromEntries(graph.nodes.map((node) => [node.id, statusOf(control, node)]));
  return { task, stages, failedAttempts: attempts };
}

function done(choice: string | undefined): StageEnd {
  return { kind: 'done', ...(choice !== undefined && { choice }) };
}

function failed(failure: StageRecord['failure'], retryable: boolean): StageEnd {
  return { kind: 'failed', category: failure?.category ?? 'internal', retryable };
}
