import { EngineError, type FailureCategory } from '../../errors/index.ts';
import {
  distinctOutcomes,
  routeTokens,
  startsChildren,
  type GraphEdge,
  type GraphNode,
  type Outcome,
  type Resolution,
  type Token,
  type WorkflowGraph,
} from '../../machines/index.ts';

/** One way in which the stage of a node can end. */
export interface Way {
  readonly outcome: Outcome;
  /** The token of each outbound edge, in their order. */
  readonly tokens: readonly Token[];
}

/** All that can become of a node, with what it does to the outbound edges. */
export interface NodeWays {
  readonly ended: readonly Way[];
  /** The way that a run takes when nothing speaks for another. */
  readonly usual: number;
  readonly branchFailed: readonly Token[];
  readonly passedOver: readonly Token[];
  readonly skipped: readonly Token[];
}

/** By the index of the node. */
export type WayTable = readonly NodeWays[];

export function listWays(graph: WorkflowGraph): WayTable {
  const weights = weighNodes(graph);
  return graph.nodes.map((node) => {
    const ended = distinctOutcomes(node)
      .filter((outcome) => isPossible(node, outcome))
      .map((outcome) => ({ outcome, tokens: tokensFor(node, outcome) }));
    return {
      ended,
      usual: usualWay(node, ended, (edge) => weights.get(edge.to) ?? 0),
      branchFailed: tokensFor(node, { kind: 'failed', category: 'branch_failed' }),
      passedOver: tokensFor(node, { kind: 'passed_over' }),
      skipped: tokensFor(node, { kind: 'skipped' }),
    };
  });
}

export function waysOf(table: WayTable, node: GraphNode): NodeWays {
  const ways = table[node.index];
  if (ways === undefined) throw new EngineError('ENGINE_BUG', `Node "${node.id}" belongs to another workflow.`);
  return ways;
}

export function isLiveOn(way: Way, edge: GraphEdge): boolean {
  return way.tokens[edge.from.outbound.indexOf(edge)] === 'live';
}

/** Failures that no stage reports: they come from a join, or from a decision. */
const fromControl = new Set<FailureCategory>(['branch_failed', 'routing']);

function isPossible(node: GraphNode, outcome: Outcome): boolean {
  if (startsChildren(node)) return true; // its failures are those of other workflows: with any category there is
  if (outcome.kind === 'done' || !fromControl.has(outcome.category)) return true;
  return node.isDecision && outcome.category === 'routing';
}

function tokensFor(node: GraphNode, resolution: Resolution): readonly Token[] {
  return node.outbound.map(routeTokens(node, resolution));
}

/** Done; and of several choices the one with the most behind it. */
function usualWay(node: GraphNode, ended: readonly Way[], weightOf: (edge: GraphEdge) => number): number {
  let best = 0;
  let bestWeight = -1;
  for (const [at, way] of ended.entries()) {
    if (way.outcome.kind !== 'done') continue;
    const live = node.outbound.filter((_, place) => way.tokens[place] === 'live');
    const weight = live.reduce((sum, edge) => sum + weightOf(edge), 0);
    if (weight > bestWeight) [best, bestWeight] = [at, weight];
  }
  return best;
}

const heaviest = 1e12;

/** Roughly how much lies behind each node; what several ways lead to counts several times. */
function weighNodes(graph: WorkflowGraph): ReadonlyMap<GraphNode, number> {
  const weights = new Map<GraphNode, number>();
  for (const node of graph.order.toReversed()) {
    const behind = node.outbound.reduce((sum, edge) => sum + (weights.get(edge.to) ?? 0), 1);
    weights.set(node, Math.min(behind, heaviest));
  }
  return weights;
}
