import {
  settle,
  startControl,
  statusOf,
  tokenOf,
  verdictOf,
  type ControlState,
  type GraphNode,
  type Settled,
} from '../../machines/index.ts';
import type { PlayedRun } from './played-run.ts';
import type { Space } from './space.ts';
import { waysOf } from './ways.ts';

/** The end of a stage. */
export interface Step {
  readonly node: GraphNode;
  /** Which of its ways it took. */
  readonly way: number;
}

/** A run that has not come to its end. */
export interface Position {
  readonly control: ControlState;
  /** Stages that run, in topological order. */
  readonly ready: readonly GraphNode[];
}

export function firstPosition({ graph }: Space): Position {
  const start = startControl(graph);
  return { control: start.control, ready: start.started };
}

/** The position after a stage ended; nothing when it has no such way. */
export function nextPosition(space: Space, position: Position, { node, way }: Step): Position | undefined {
  const outcome = waysOf(space.table, node).ended[way]?.outcome;
  if (outcome === undefined) return undefined;
  const step = settle(space.graph, position.control, { node, outcome });
  return { control: step.control, ready: readyAfter(position.ready, step) };
}

function readyAfter(ready: readonly GraphNode[], { started, stopped }: Settled): readonly GraphNode[] {
  const left = ready.filter((node) => !stopped.includes(node));
  return started.length === 0 ? left : [...left, ...started].toSorted((one, other) => one.rank - other.rank);
}

export interface Plan {
  /** What ends first, in this order; what does not fit is left out. */
  readonly steps?: readonly Step[];
  /** Of the stages that run, those end first that are in here. */
  readonly first?: ReadonlySet<GraphNode>;
  /** The way of each stage, by the index of its node. */
  readonly chosen: readonly number[];
}

/** Plays a run to its end, stage by stage, where the order of ends matters. */
export function orderedRun(space: Space, plan: Plan): PlayedRun {
  const order: GraphNode[] = [];
  const ways: (number | undefined)[] = space.graph.nodes.map(() => undefined);
  let position = firstPosition(space);
  noteEnds(space, position, { ways, order });
  const take = (step: Step): void => {
    const next = nextPosition(space, position, step);
    if (next === undefined) return;
    position = next;
    ways[step.node.index] = step.way;
    order.push(step.node);
    noteEnds(space, position, { ways, order });
  };
  for (const step of plan.steps ?? []) if (position.ready.includes(step.node)) take(step);
  for (let node = nextStage(position, plan); node !== undefined; node = nextStage(position, plan))
    take({ node, way: plan.chosen[node.index] ?? 0 });
  const { control } = position;
  const tokens = space.graph.edges.map((edge) => tokenOf(control, edge));
  return { tokens, ways, order, verdict: verdictOf(space.graph, control) };
}

function nextStage({ ready }: Position, { first }: Plan): GraphNode | undefined {
  return ready.find((node) => first?.has(node)) ?? ready[0];
}

/** End nodes take no time: they are done in the step that reaches them. */
function noteEnds(
  { ends }: Space,
  { control }: Position,
  { ways, order }: { ways: (number | undefined)[]; order: GraphNode[] },
): void {
  for (const node of ends) {
    if (ways[node.index] !== undefined || statusOf(control, node) !== 'done') continue;
    ways[node.index] = 0;
    order.push(node);
  }
}
