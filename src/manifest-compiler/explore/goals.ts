import type { GraphEdge, GraphNode, Outcome, WorkflowGraph } from '../../machines/index.ts';
import { listPaths } from './paths.ts';
import type { PlayedRun } from './played-run.ts';
import type { Space } from './space.ts';
import { waysOf, type Way } from './ways.ts';

/** What the runs of an exploration have to cover. */
export const criteria = {
  nodes: 'every node runs',
  edges: 'every edge is taken',
  outcomes: 'every stage ends in every way that its edges can tell apart',
  pairs: 'every edge is taken after every edge that leads to it',
  paths: 'every way through the workflow is taken',
} as const satisfies Record<string, string>;

export type Criterion = keyof typeof criteria;

/** One thing that a run can be looked for to do. Nodes and edges are named by their ids. */
export type Goal =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'edge'; readonly edge: string }
  | { readonly kind: 'outcome'; readonly node: string; readonly outcome: Outcome }
  | { readonly kind: 'pair'; readonly edges: readonly [before: string, after: string] }
  | { readonly kind: 'path'; readonly edges: readonly string[]; readonly last: string };

/** A goal in terms of the graph: edges that are live in one run, and a node that ends in a way that counts. */
export interface Target {
  readonly goal: Goal;
  readonly edges: readonly GraphEdge[];
  readonly node?: GraphNode;
  readonly accepts: (outcome: Outcome) => boolean;
}

const anyOutcome = (): boolean => true;

/** Lists the goals of a criterion. For paths there may be more than fit anywhere: count them first. */
export function listTargets(space: Space, criterion: Criterion): Iterable<Target> {
  return targetsOf[criterion](space);
}

const targetsOf = {
  nodes: ({ graph }) =>
    graph.order.map((node) => ({ goal: { kind: 'node', node: node.id }, edges: [], node, accepts: anyOutcome })),
  edges: ({ graph }) =>
    inOrder(graph).map((edge) => ({ goal: { kind: 'edge', edge: edge.id }, edges: [edge], accepts: anyOutcome })),
  outcomes: (space) =>
    space.graph.order
      .filter((node) => node.closes === undefined)
      .flatMap((node) => waysOf(space.table, node).ended.map((way) => outcomeTarget(node, way))),
  pairs: ({ graph }) => graph.order.flatMap((node) => pairTargets(node)),
  paths: ({ graph }) => pathTargets(graph),
} as const satisfies Record<Criterion, (space: Space) => Iterable<Target>>;

function inOrder(graph: WorkflowGraph): readonly GraphEdge[] {
  return graph.order.flatMap((node) => node.outbound);
}

function outcomeTarget(node: GraphNode, way: Way): Target {
  const goal: Goal = { kind: 'outcome', node: node.id, outcome: way.outcome };
  return { goal, edges: [], node, accepts: (outcome) => isSame(outcome, way.outcome) };
}

function isSame(one: Outcome, other: Outcome): boolean {
  if (one.kind === 'failed') return other.kind === 'failed' && one.category === other.category;
  return other.kind === 'done' && one.choice === other.choice;
}

function pairTargets(node: GraphNode): readonly Target[] {
  return node.inbound.flatMap((before) =>
    node.outbound.map((after): Target => {
      return { goal: { kind: 'pair', edges: [before.id, after.id] }, edges: [before, after], accepts: anyOutcome };
    }),
  );
}

function* pathTargets(graph: WorkflowGraph): Generator<Target> {
  for (const { edges, last } of listPaths(graph)) {
    const goal: Goal = { kind: 'path', edges: edges.map((edge) => edge.id), last: last.id };
    yield { goal, edges, node: last, accepts: ({ kind }) => kind === 'done' };
  }
}

export function isMet({ table }: Space, { edges, node, accepts }: Target, run: PlayedRun): boolean {
  if (!edges.every((edge) => run.tokens[edge.index] === 'live')) return false;
  if (node === undefined) return true;
  const wayIndex = run.ways[node.index];
  const way = wayIndex === undefined ? undefined : waysOf(table, node).ended[wayIndex];
  return way !== undefined && accepts(way.outcome);
}

/** A goal in words. */
export function describeGoal(goal: Goal): string {
  switch (goal.kind) {
    case 'node':
      return `${goal.node} runs`;
    case 'edge':
      return `${goal.edge} is taken`;
    case 'outcome':
      return `${goal.node} ${describeOutcome(goal.outcome)}`;
    case 'pair':
      return `${goal.edges[0]} and then ${goal.edges[1]}`;
    case 'path':
      return goal.edges.length === 0 ? `${goal.last} alone` : goal.edges.join(', ');
  }
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `fails (${outcome.category})`;
  return outcome.choice === undefined ? 'is done' : `chooses ${outcome.choice}`;
}
