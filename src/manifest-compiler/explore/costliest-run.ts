import type { GraphNode, Token } from '../../machines/index.ts';
import { firstPosition, nextPosition, type Position } from './ordered-run.ts';
import { futureOf, wholeScope } from './search.ts';
import type { Space } from './space.ts';
import { waysOf } from './ways.ts';

/** The most that a run can come to. */
export interface WorstCase {
  readonly most: number;
  /** Whether some run comes to it; else it is a bound that no run exceeds. */
  readonly isExact: boolean;
}

export type WeightOf = (node: GraphNode) => number;

/** Positions up to which all runs are looked at. */
const exactLimit = 2_000;

/** The greatest sum of weights over the nodes of one run. */
export function worstCase(space: Space, weightOf: WeightOf): WorstCase {
  const bound = boundRuns(space, weightOf);
  const exact = space.isOrdered ? undefined : heaviestRun(space, weightOf);
  return exact === undefined ? { most: bound, isExact: false } : { most: exact, isExact: true };
}

/**
 * Up the dominator tree: a node and, of its outcomes, the one behind which the most can run. What two outcomes both lead
 * to is counted for either; a join that all its branches lead to is counted once, since one node above dominates it.
 */
function boundRuns({ graph, table, possible }: Space, weightOf: WeightOf): number {
  const totals = new Map<GraphNode, number>();
  for (const node of graph.order.toReversed()) {
    const { ended, branchFailed } = waysOf(table, node);
    const resolutions = [...ended.map((way) => way.tokens), ...(node.isMerge ? [branchFailed] : [])];
    const behind = resolutions.map((tokens) => sumBehind(node, tokens, totals));
    const own = possible.runs.has(node) ? weightOf(node) : 0;
    totals.set(node, own + Math.max(0, ...behind));
  }
  return totals.get(graph.entry) ?? 0;
}

function sumBehind(node: GraphNode, tokens: readonly Token[], totals: ReadonlyMap<GraphNode, number>): number {
  const taken = node.outbound.filter((_, place) => tokens[place] === 'live').map((edge) => edge.to);
  const reached = new Set(taken);
  const isPlain = node.dominated.every((child) => child.inbound.every((edge) => edge.from === node));
  if (!isPlain) for (const at of reached) for (const edge of at.outbound) reached.add(edge.to);
  return node.dominated.reduce((sum, child) => sum + (reached.has(child) ? (totals.get(child) ?? 0) : 0), 0);
}

interface Best {
  readonly position: Position;
  readonly sum: number;
}

/**
 * Looks at all runs, in the one order that is enough where order does not matter; runs with the same future are one, of
 * which the heavier counts. Nothing when they are too many.
 */
function heaviestRun(space: Space, weightOf: WeightOf): number | undefined {
  const ends = new Set(space.ends);
  const sumOf = (nodes: Iterable<GraphNode>): number => [...nodes].reduce((sum, node) => sum + weightOf(node), 0);
  if (sumOf(ends) > 0) return undefined;
  const scope = wholeScope(space);
  const layers = new Map<number, Map<string, Best>>();
  const start = firstPosition(space);
  let [heaviest, seen] = [0, 0];
  enter(layers, { future: futureOf(scope, start.control), best: { position: start, sum: sumOf(start.ready) } });
  for (let resolved = 0; resolved <= space.graph.nodes.length; resolved += 1) {
    for (const { position, sum } of layers.get(resolved)?.values() ?? []) {
      seen += 1;
      if (seen > exactLimit) return undefined;
      heaviest = Math.max(heaviest, sum);
      for (const next of positionsAfter(space, position)) {
        const added = sumOf(next.ready.filter((node) => !position.ready.includes(node)));
        enter(layers, { future: futureOf(scope, next.control), best: { position: next, sum: sum + added } });
      }
    }
    layers.delete(resolved);
  }
  return heaviest;
}

function positionsAfter(space: Space, position: Position): readonly Position[] {
  const [node] = position.ready;
  if (node === undefined) return [];
  return waysOf(space.table, node).ended.flatMap((_, way) => nextPosition(space, position, { node, way }) ?? []);
}

/** A step resolves a node at least, so positions with fewer open nodes come later. */
function enter(layers: Map<number, Map<string, Best>>, { future, best }: { future: string; best: Best }): void {
  const resolved = resolvedCount(best.position);
  const layer = layers.get(resolved) ?? new Map<string, Best>();
  layers.set(resolved, layer);
  if (best.sum > (layer.get(future)?.sum ?? -1)) layer.set(future, best);
}

function resolvedCount({ control }: Position): number {
  let count = 0;
  for (const letter of control.statuses) if (letter !== '.' && letter !== 'r') count += 1;
  return count;
}
