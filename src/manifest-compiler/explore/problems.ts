import { isDoneEdge, type GraphEdge, type GraphNode, type WorkflowGraph } from '../../machines/index.ts';
import { countTokens } from '../plan/token-count.ts';
import { exploreParts } from './explore.ts';
import type { Goal } from './goals.ts';
import { findPossible } from './possible.ts';
import { createSpace } from './space.ts';
import { listWays } from './ways.ts';

/** A node that never runs, or an edge that is never taken. */
export type DeadPart =
  { readonly kind: 'node'; readonly node: GraphNode } | { readonly kind: 'edge'; readonly edge: GraphEdge };

/** Up to here all runs are searched; of a larger workflow only what one pass can tell is told. */
const largestSearched = 100;

/** Tokens that all outcomes give. Of more, as when a decision has thousands of choices, nothing is told. */
const mostTokens = 500_000;

/** A few milliseconds: whoever wants to know more explores the workflow. */
const searchLimits = { positions: 100, budget: 20_000 } as const;

/**
 * Parts of a workflow that no run comes to, each with its cause only: what lies behind a dead part is dead because of it.
 */
export function findDeadParts(graph: WorkflowGraph): readonly DeadPart[] {
  if (countTokens(graph) > mostTokens) return [];
  const { nodes, edges, unknown } = graph.nodes.length > largestSearched ? conceivable(graph) : searched(graph);
  const isAlive = ({ id }: GraphEdge): boolean => !edges.has(id) && !unknown.has(id);
  const deadNodes = graph.nodes.filter((node) => nodes.has(node.id) && node.inbound.some(isAlive));
  const deadEdges = graph.edges.filter((edge) => edges.has(edge.id) && !nodes.has(edge.from.id));
  return [
    ...deadNodes.map((node): DeadPart => ({ kind: 'node', node })),
    ...deadEdges.map((edge): DeadPart => ({ kind: 'edge', edge })),
  ];
}

interface Dead {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  /** Edges of which nothing is known: what they lead to may be dead because of them. */
  readonly unknown: ReadonlySet<string>;
}

function conceivable(graph: WorkflowGraph): Dead {
  const possible = findPossible(graph, listWays(graph));
  return {
    nodes: new Set(graph.nodes.filter((node) => !possible.runs.has(node)).map((node) => node.id)),
    edges: new Set(graph.edges.filter((edge) => !possible.live.has(edge)).map((edge) => edge.id)),
    unknown: new Set(),
  };
}

function searched(graph: WorkflowGraph): Dead {
  const { positions, budget } = searchLimits;
  const { infeasible, undecided } = exploreParts(createSpace(graph), { positions, budget: { left: budget } });
  return {
    nodes: new Set(infeasible.flatMap((goal) => (goal.kind === 'node' ? [goal.node] : []))),
    edges: edgesOf(infeasible),
    unknown: edgesOf(undecided),
  };
}

function edgesOf(goals: readonly Goal[]): ReadonlySet<string> {
  return new Set(goals.flatMap((goal) => (goal.kind === 'edge' ? [goal.edge] : [])));
}

/** What a dead part is told as. */
export interface DeadPartText {
  readonly message: string;
  readonly hint: string;
}

export function describeDeadPart(part: DeadPart): DeadPartText {
  return part.kind === 'node' ? describeNode(part.node) : describeEdge(part.edge);
}

function describeNode({ id, join }: GraphNode): DeadPartText {
  if (join.mode === 'quorum')
    return {
      message: `No run starts "${id}": it waits for ${join.quorum} edges, and no run takes so many of them.`,
      hint: 'Lower the quorum, or let the branches run side by side.',
    };
  return {
    message: `No run starts "${id}", although edges to it are taken: the task is over, the stage cancelled or its join failed by then.`,
    hint: 'Look at "exit", "fail_fast" and "cancel_remaining", and at the other branches that meet here.',
  };
}

function describeEdge(edge: GraphEdge): DeadPartText {
  const { from, to } = edge;
  if (isDoneEdge(edge))
    return {
      message: `No run takes the edge from "${from.id}" to "${to.id}".`,
      hint: 'Remove it, or look at what the other edges of the node take.',
    };
  return {
    message: `No failure of "${from.id}" takes the edge to "${to.id}": none of its kind can happen there, or another edge takes it first.`,
    hint: 'Remove the edge, or change its "on".',
  };
}
