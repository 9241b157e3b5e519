import type { GraphEdge, GraphNode, WorkflowGraph } from '../../machines/index.ts';
import { findPossible, type Possible } from './possible.ts';
import { isLiveOn, listWays, waysOf, type WayTable } from './ways.ts';

/** A workflow with what every search through its runs asks of it. */
export interface Space {
  readonly graph: WorkflowGraph;
  readonly table: WayTable;
  readonly possible: Possible;
  /** End nodes, in topological order. */
  readonly ends: readonly GraphNode[];
  /** Whether the order in which stages end can change what becomes of a run. */
  readonly isOrdered: boolean;
  /** Stages whose end, before or after that of another, can make a difference. */
  readonly racing: ReadonlySet<GraphNode>;
  /** The inbound edge by which a node is reached with the fewest failures, by the index of the node. */
  readonly approach: readonly (GraphEdge | undefined)[];
}

export function createSpace(graph: WorkflowGraph): Space {
  const table = listWays(graph);
  const racing = findRacing(graph);
  return {
    graph,
    table,
    possible: findPossible(graph, table),
    ends: graph.order.filter((node) => node.closes !== undefined),
    isOrdered: racing.size > 0,
    racing,
    approach: findApproaches(graph, table),
  };
}

/** Nodes on some way to one of these, themselves among them. */
export function coneOf(targets: readonly GraphNode[]): ReadonlySet<GraphNode> {
  const cone = new Set(targets);
  for (const node of cone) for (const edge of node.inbound) cone.add(edge.from); // a loop over a set sees what is added
  return cone;
}

/**
 * Without joins that cancel, an early exit or a failure that stops everything, the order does not matter. A join that
 * cancels makes a race of the stages before it; the other two of all stages.
 */
function findRacing(graph: WorkflowGraph): ReadonlySet<GraphNode> {
  if (graph.exit === 'first' || graph.failFast) return new Set(graph.nodes);
  return coneOf(graph.nodes.filter((node) => node.join.cancelRemaining));
}

/** A failure that only the branches of a merge can cause takes more than one of a stage itself. */
const costs = { done: 0, failed: 1, branches: 3 } as const;

function findApproaches(graph: WorkflowGraph, table: WayTable): readonly (GraphEdge | undefined)[] {
  const cost = new Map<GraphNode, number>([[graph.entry, 0]]);
  const approach: (GraphEdge | undefined)[] = graph.nodes.map(() => undefined);
  for (const node of graph.order) {
    for (const edge of node.inbound) {
      const total = (cost.get(edge.from) ?? Infinity) + costOf(edge, table);
      if (total >= (cost.get(node) ?? Infinity)) continue;
      cost.set(node, total);
      approach[node.index] = edge;
    }
  }
  return approach;
}

function costOf(edge: GraphEdge, table: WayTable): number {
  const way = waysOf(table, edge.from).ended.find((candidate) => isLiveOn(candidate, edge));
  return costs[way?.outcome.kind ?? 'branches'];
}
