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
/** Nodes and edges looked at in all of these positions: about a second of work. */
const exactBudget = 2_500_000;

/** For each way to weigh nodes: the greatest sum of weights over the nodes of one run. */
export function worstCases(space: Space, weights: readonly WeightOf[]): readonly WorstCase[] {
  const exact = space.isOrdered ? undefined : heaviestRuns(space, weights);
  return weights.map((weightOf, at) => {
    const most = exact?.[at];
    return most === undefined ? { most: boundRuns(space, weightOf), isExact: false } : { most, isExact: true };
  });
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

/** A position, and the most that runs to it come to, for each way to weigh nodes. */
interface Best {
  readonly position: Position;
  readonly sums: readonly number[];
}

/**
 * Looks at all runs, in the one order that is enough where order does not matter; runs with the same future are one, of
 * which the heaviest counts. Nothing when they are too many.
 */
function heaviestRuns(space: Space, weights: readonly WeightOf[]): readonly number[] | undefined {
  const sumsOf = (nodes: readonly GraphNode[]): readonly number[] =>
    weights.map((weightOf) => nodes.reduce((sum, node) => sum + weightOf(node), 0));
  if (sumsOf(space.ends).some((sum) => sum > 0)) return undefined;
  const scope = wholeScope(space);
  const cost = scope.nodes.size + scope.edges.length;
  const layers = new Map<number, Map<string, Best>>();
  const start = firstPosition(space);
  enter(layers, { future: futureOf(scope, start.control), best: { position: start, sums: sumsOf(start.ready) } });
  let heaviest: readonly number[] = weights.map(() => 0);
  let left = Math.min(exactLimit, exactBudget / cost);
  for (let resolved = 0; resolved <= space.graph.nodes.length; resolved += 1) {
    for (const { position, sums } of layers.get(resolved)?.values() ?? []) {
      left -= 1;
      if (left < 0) return undefined;
      heaviest = combine(heaviest, sums, Math.max);
      for (const next of positionsAfter(space, position)) {
        const added = sumsOf(next.ready.filter((node) => !position.ready.includes(node)));
        const best = { position: next, sums: combine(sums, added, add) };
        enter(layers, { future: futureOf(scope, next.control), best });
      }
    }
    layers.delete(resolved);
  }
  return heaviest;
}

function add(one: number, other: number): number {
  return one + other;
}

function combine(
  some: readonly number[],
  others: readonly number[],
  join: (one: number, other: number) => number,
): readonly number[] {
  return some.map((one, at) => join(one, others[at] ?? 0));
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
  const known = layer.get(future);
  layer.set(future, known === undefined ? best : { ...known, sums: combine(known.sums, best.sums, Math.max) });
}

function resolvedCount({ control }: Position): number {
  let count = 0;
  for (const letter of control.statuses) if (letter !== '.' && letter !== 'r') count += 1;
  return count;
}
