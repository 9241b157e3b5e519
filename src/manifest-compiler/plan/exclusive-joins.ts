import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import { findCompatible } from './concurrency.ts';
import { buildGraph } from './graph-builder.ts';
import { outlineNode, type Outline, type OutlineEdge, type OutlineNode } from './outline.ts';

/** A node that is no merge, at which two edges meet that may both be taken in one run. */
export interface MisplacedJoin {
  readonly node: string;
  /** Nothing where the workflow is so wide that nobody can tell in a moment. */
  readonly edges?: readonly [OutlineEdge, OutlineEdge];
}

/** Some tenths of a second: far more than workflows of a thousand nodes take. */
const wordBudget = 100_000_000;

/**
 * Merges and ends may be joins. At any other node the inbound edges have to exclude each other. Two edges can be taken
 * in one run if nodes put in their middle could run in one run, so that is what is asked.
 */
export function findMisplacedJoins(graph: WorkflowGraph, outline: Outline): readonly MisplacedJoin[] {
  const suspects = graph.nodes.filter((node) => node.inbound.length > 1 && !node.isMerge && node.closes === undefined);
  if (suspects.length === 0) return [];
  const split = splitEdges(outline, new Set(suspects.map((node) => node.id)));
  const probe = buildGraph(split, { id: graph.id, entry: graph.entry.id, exit: graph.exit, failFast: graph.failFast });
  const areCompatible = findCompatible(probe, { words: wordBudget });
  if (areCompatible === undefined) {
    const [first, ...rest] = suspects;
    const widest = rest.reduce(
      (one, other) => (other.inbound.length > (one?.inbound.length ?? 0) ? other : one),
      first,
    );
    return widest === undefined ? [] : [{ node: widest.id }];
  }
  const byTarget = Map.groupBy(outline.edges, (edge) => edge.to);
  return suspects.flatMap((suspect) => {
    const inbound = (byTarget.get(suspect.id) ?? []).flatMap((edge) => {
      const middle = probe.byId.get(middleOf(edge));
      return middle === undefined ? [] : [{ edge, middle }];
    });
    const pair = firstPair(inbound, (one, other) => areCompatible(one.middle, other.middle));
    return pair === undefined ? [] : [{ node: suspect.id, edges: [pair[0].edge, pair[1].edge] as const }];
  });
}

function splitEdges(outline: Outline, targets: ReadonlySet<string>): Outline {
  const nodes: OutlineNode[] = [...outline.nodes];
  const edges: OutlineEdge[] = [];
  for (const edge of outline.edges) {
    if (!targets.has(edge.to)) {
      edges.push(edge);
      continue;
    }
    const middle = middleOf(edge);
    nodes.push(middleNode(middle));
    edges.push({ ...edge, to: middle });
    edges.push({ id: `${edge.id} to its end`, from: middle, to: edge.to, kind: 'normal', precedence: 0 });
  }
  return { nodes, edges };
}

function middleOf(edge: OutlineEdge): string {
  return `middle of ${edge.id}`;
}

function middleNode(id: string): OutlineNode {
  return outlineNode({ id, type: 'transform', output: null }, {});
}

function firstPair<Item>(
  items: readonly Item[],
  fits: (one: Item, other: Item) => boolean,
): readonly [Item, Item] | undefined {
  for (const [at, one] of items.entries()) {
    const other = items.findIndex((candidate, place) => place > at && fits(one, candidate));
    const found = items[other];
    if (found !== undefined) return [one, found];
  }
  return undefined;
}

/** Error edges that no failure can take, because a fallback edge beside them takes all of it. */
export function findShadowedEdges(graph: WorkflowGraph): readonly string[] {
  return graph.nodes.flatMap((node) => shadowedEdges(node));
}

/** No row of the fallback matrix stands beside such an edge, and edges that are tried at the same time are all taken. */
function shadowedEdges({ outbound }: GraphNode): readonly string[] {
  if (!outbound.some(({ kind, categories }) => kind === 'fallback' && categories === undefined)) return [];
  return outbound.filter(({ kind }) => kind === 'error').map(({ id }) => id);
}
