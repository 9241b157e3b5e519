import {
  distinctOutcomes,
  isDoneEdge,
  routeTokens,
  type GraphNode,
  type Resolution,
  type WorkflowGraph,
} from '../../machines/index.ts';
import { addAllBits, addBit, bitsPerWord, emptyBits, hasBit, type BitSet } from './bit-set.ts';
import { countTokens } from './token-count.ts';
import { findWaits, type WaitsFor } from './waits.ts';

/** What can happen together in a run. Never too small: it may say yes where a longer look would say no. */
export interface Concurrency {
  /** Both nodes can run in one run, at any time. */
  readonly areCompatible: (one: GraphNode, other: GraphNode) => boolean;
  /** Both nodes can be active at the same moment. */
  readonly areConcurrent: (one: GraphNode, other: GraphNode) => boolean;
  readonly waitsFor: WaitsFor;
}

/**
 * Two walkers leave the entry. The one that is earlier in topological order moves first, so a node on both ways is met
 * by both together, and there they must follow the same outcome. A position is a node (rank × 2), or a merge that
 * failed because of its branches (rank × 2 + 1): that one need not have run, but its error edges may be taken.
 */
export function analyseConcurrency(graph: WorkflowGraph): Concurrency {
  const areCompatible = findCompatible(graph, { words: Infinity }) ?? (() => true);
  const waitsFor = findWaits(graph);
  const areConcurrent = (one: GraphNode, other: GraphNode): boolean =>
    one !== other &&
    takesTime(one) &&
    takesTime(other) &&
    areCompatible(one, other) &&
    !waitsFor(one, other) &&
    !waitsFor(other, one);
  return { areCompatible, areConcurrent, waitsFor };
}

/** Work that an analysis may cost. */
export interface Budget {
  /** Words of bit sets that are joined. */
  words: number;
}

/** Which nodes can run in one run; nothing when that would cost more than the budget. */
export function findCompatible(graph: WorkflowGraph, budget: Budget): Concurrency['areCompatible'] | undefined {
  budget.words -= wordsOfSets(graph) + countTokens(graph) * wordsPerToken;
  if (budget.words < 0) return undefined;
  const moves = positionsOf(graph);
  const together = walkPairs(graph, { moves, reach: reachable(moves, graph.nodes.length), budget });
  return (
    together &&
    ((one, other) => {
      const set = together[one.rank];
      return set !== undefined && hasBit(set, other.rank);
    })
  );
}

/** A token costs as much as this many words. */
const wordsPerToken = 50;

/** What the sets take, and filling them: one of pairs over all positions, which are two a node, and three a node. */
function wordsOfSets({ nodes }: WorkflowGraph): number {
  return (4 * (nodes.length * 2) ** 2) / bitsPerWord;
}

function takesTime(node: GraphNode): boolean {
  return node.closes === undefined;
}

/** Per position, per resolution that can happen there: the positions it leads to. */
type Moves = readonly (readonly (readonly number[])[])[];

function positionsOf(graph: WorkflowGraph): Moves {
  return graph.order.flatMap((node) => {
    const asRun = distinctOutcomes(node).map((outcome) => targetsOf(node, outcome));
    const asFailed = node.isMerge ? [targetsOf(node, { kind: 'failed', category: 'branch_failed' })] : [];
    return [asRun, asFailed];
  });
}

function targetsOf(node: GraphNode, resolution: Resolution): readonly number[] {
  const tokenFor = routeTokens(node, resolution);
  if (node.outbound.some((edge) => tokenFor(edge) === 'failed')) return failingMerges(node);
  return node.outbound.filter((edge) => tokenFor(edge) === 'live').map((edge) => edge.to.rank * 2);
}

/** Merges that an unhandled failure of a node makes fail: the first ones on each way whose fork dominates the node. */
function failingMerges(node: GraphNode): readonly number[] {
  const found = new Set<number>();
  const seen = new Set([node]);
  const stack = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const edge of at.outbound) {
      if (!isDoneEdge(edge) || seen.has(edge.to)) continue;
      seen.add(edge.to);
      if (edge.to.isMerge && isBelow(node, edge.to.dominator)) found.add(edge.to.rank * 2 + 1);
      else stack.push(edge.to);
    }
  }
  return [...found];
}

function isBelow(node: GraphNode, fork: GraphNode | undefined): boolean {
  if (fork === undefined) return false;
  for (let above = node.dominator; above !== undefined; above = above.dominator) if (above === fork) return true;
  return false;
}

/** Per position: ranks of the nodes that can still run from there. */
function reachable(moves: Moves, size: number): readonly BitSet[] {
  const reach = moves.map(() => emptyBits(size));
  for (let position = moves.length - 1; position >= 0; position -= 1) {
    const own = reach[position];
    if (own === undefined) continue;
    if (position % 2 === 0) addBit(own, position / 2);
    for (const target of (moves[position] ?? []).flat()) addAllBits(own, reach[target] ?? own);
  }
  return reach;
}

interface Walk {
  readonly moves: Moves;
  readonly reach: readonly BitSet[];
  readonly budget: Budget;
}

function walkPairs(graph: WorkflowGraph, walk: Walk): readonly BitSet[] | undefined {
  const size = graph.nodes.length;
  const wordsPerPair = 1 + size / bitsPerWord;
  const together = graph.order.map(() => emptyBits(size));
  const pairs = newPairs(walk.moves.length);
  pairs.add(graph.entry.rank * 2, graph.entry.rank * 2);
  for (let pair = pairs.next(); pair !== undefined; pair = pairs.next()) {
    const [early, late] = pair;
    walk.budget.words -= wordsPerPair;
    if (walk.budget.words < 0) return undefined;
    note(together, walk, { at: early, other: late });
    if (early >> 1 === late >> 1) {
      note(together, walk, { at: late, other: early });
      for (const position of new Set([early, late])) moveBoth(pairs, walk.moves[position] ?? []);
    } else {
      for (const target of new Set((walk.moves[early] ?? []).flat())) pairs.add(target, late);
    }
  }
  mirror(together);
  return together;
}

/** The node at one position has run; all that the other walker may still come to can be in the same run. */
function note(together: readonly BitSet[], walk: Walk, { at, other }: { at: number; other: number }): void {
  if (at % 2 === 1) return;
  const set = together[at >> 1];
  const reach = walk.reach[other];
  if (set !== undefined && reach !== undefined) addAllBits(set, reach);
}

function moveBoth(pairs: Pairs, resolutions: readonly (readonly number[])[]): void {
  for (const targets of resolutions) {
    targets.forEach((one, at) => {
      for (const other of targets.slice(at)) pairs.add(one, other);
    });
  }
}

interface Pairs {
  add(one: number, other: number): void;
  next(): readonly [early: number, late: number] | undefined;
}

/** Pairs still to be looked at; each is taken once. */
function newPairs(positions: number): Pairs {
  const seen = emptyBits(positions * positions);
  const stack: number[] = [];
  return {
    add(one, other) {
      const key = one <= other ? one * positions + other : other * positions + one;
      if (hasBit(seen, key)) return;
      addBit(seen, key);
      stack.push(key);
    },
    next() {
      const key = stack.pop();
      return key === undefined ? undefined : [Math.floor(key / positions), key % positions];
    },
  };
}

function mirror(sets: readonly BitSet[]): void {
  sets.forEach((set, rank) => {
    for (let other = 0; other < sets.length; other += 1) {
      const twin = sets[other];
      if (twin !== undefined && hasBit(set, other)) addBit(twin, rank);
    }
  });
}
