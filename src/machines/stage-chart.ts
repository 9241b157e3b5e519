import { helperMark, type ChartState, type ChartTransition } from './chart.ts';
import type { GraphEdge, GraphNode } from './graph.ts';

/** Where a stage stands in its lane. */
export interface StagePlace {
  /** Whether it is entered before it is known to run, so that it has to wait or may be skipped. */
  readonly waits: boolean;
  /** Where the thread goes once the stage is over: guarded, in order. */
  readonly onward: readonly ChartTransition[];
  /**
   * The state that certainly follows when the stage is done: then it is entered at once, without a detour over `done`.
   * `running` is the same with the gate passed as well, which takes room for `others`: the most stages that the end
   * of this one may start besides.
   */
  readonly next?: { readonly target: string; readonly running?: string; readonly others: number };
}

const final = { type: 'final' } as const satisfies ChartState;

/** Name of the actor source that a host provides to run a stage. */
export const stageSource = 'stage';

/** The life of one stage as a compound state whose id is the id of its node. */
export function stageChart(node: GraphNode, place: StagePlace): ChartState {
  const frame = { id: node.id, meta: { node: node.id, type: node.type }, onDone: place.onward };
  const outcomes = { done: final, failed: final, skipped: final, cancelled: final };
  const join = place.waits ? { join: joinState(node) } : {};
  if (node.closes !== undefined) {
    return { ...frame, initial: place.waits ? 'join' : 'done', states: { ...join, ...outcomes } };
  }
  return {
    ...frame,
    initial: place.waits ? 'join' : 'ready',
    states: {
      ...join,
      ready: readyState(node),
      running: runningState(node, place),
      ...retryingState(node),
      ...outcomes,
    },
  };
}

/** What an edge says in a guard, so that a drawing of the chart can label its arrows. */
export function edgeParams(edge: GraphEdge): Record<string, string> {
  return {
    edge: edge.id,
    kind: edge.kind,
    ...(edge.choice !== undefined && { choice: edge.choice }),
    ...(edge.categories !== undefined && { on: edge.categories.join(', ') }),
  };
}

function joinState(node: GraphNode): ChartState {
  const target = node.closes === undefined ? 'ready' : 'done';
  const arrivals = node.inbound.map((edge) => ({ guard: { type: 'arrives', params: edgeParams(edge) }, target }));
  return {
    always: [...arrivals, whenStatus(node, 'failed'), whenStatus(node, 'skipped'), whenStatus(node, 'cancelled')],
  };
}

function readyState(node: GraphNode): ChartState {
  const admitted = { guard: { type: 'admitted', params: { node: node.id } }, target: 'running' };
  return { tags: ['ready'], always: [whenStatus(node, 'cancelled'), admitted] };
}

function runningState(node: GraphNode, place: StagePlace): ChartState {
  const settle = { type: 'settle', params: { node: node.id } };
  const done = { guard: { type: 'endedDone', params: { node: node.id } }, actions: settle };
  const shortcut = place.next?.running;
  const others = place.next?.others ?? 0;
  const freely = { guard: { type: 'endedFreely', params: { node: node.id, others } }, actions: settle };
  const failed = { guard: { type: 'ended', params: { node: node.id } }, target: 'failed', actions: settle };
  const retry = retryTransition(node);
  return {
    id: runningId(node),
    tags: ['running'],
    invoke: { id: node.id, src: stageSource, input: { node: node.id } },
    exit: { type: 'leaveStage', params: { node: node.id } },
    always: [whenStatus(node, 'cancelled')],
    on: {
      'stage.ended': [
        ...(shortcut === undefined ? [] : [{ ...freely, target: shortcut }]),
        { ...done, target: place.next?.target ?? 'done' },
        ...retry,
        failed,
      ],
    },
    ...(node.timeoutMs !== undefined && {
      after: { [String(node.timeoutMs)]: [...retry, { target: node.onTimeout ?? 'failed', actions: settle }] },
    }),
  };
}

/** Id of the state in which the actor of a stage is at work. */
export function runningId(node: GraphNode): string {
  return `${node.id}${helperMark}running`;
}

function retryTransition(node: GraphNode): readonly ChartTransition[] {
  if (node.retries === 0) return [];
  const params = { node: node.id, retries: node.retries };
  const countAttempt = { type: 'countAttempt', params: { node: node.id, backoffMs: node.backoffMs } };
  return [{ guard: { type: 'mayRetry', params }, target: 'retrying', actions: countAttempt }];
}

function retryingState(node: GraphNode): Record<string, ChartState> {
  if (node.retries === 0) return {};
  const id = `${node.id}${helperMark}retrying`;
  return {
    retrying: {
      id,
      tags: ['retrying'],
      always: [whenStatus(node, 'cancelled')],
      after: {
        [backoffDelay(node.id)]: [{ target: 'running', actions: { type: 'endWait', params: { node: node.id } } }],
      },
    },
  };
}

/** Name of the delay before the next attempt of a stage. */
export function backoffDelay(nodeId: string): string {
  return `backoff${helperMark}${nodeId}`;
}

function whenStatus(node: GraphNode, status: 'failed' | 'skipped' | 'cancelled'): ChartTransition {
  return { guard: { type: 'hasStatus', params: { node: node.id, status } }, target: status };
}
