import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import { addAllBits, addBit, copyBits, emptyBits, hasBit, keepCommonBits, type BitSet } from './bit-set.ts';

/** Tells whether one node is certainly resolved before another can become ready. */
export type WaitsFor = (node: GraphNode, other: GraphNode) => boolean;

export function findWaits(graph: WorkflowGraph): WaitsFor {
  const settledBefore = new Map<GraphNode, BitSet>();
  for (const node of graph.order) settledBefore.set(node, settledBeforeNode(graph, node, settledBefore));
  return (node, other) => {
    const set = settledBefore.get(node);
    return set !== undefined && hasBit(set, other.rank);
  };
}

function settledBeforeNode(graph: WorkflowGraph, node: GraphNode, known: ReadonlyMap<GraphNode, BitSet>): BitSet {
  const size = graph.nodes.length;
  const behind = node.inbound.map(({ from }) => {
    const set = copyBits(known.get(from) ?? emptyBits(size));
    addBit(set, from.rank);
    return set;
  });
  const needed = edgesNeeded(node);
  if (needed <= 1) return unite(behind, size);
  if (needed >= behind.length) return intersect(behind, size);
  const set = emptyBits(size);
  for (let rank = 0; rank < node.rank; rank += 1) {
    if (behind.filter((other) => hasBit(other, rank)).length >= needed) addBit(set, rank);
  }
  return set;
}

/** On how many inbound edges a node must have been waited for, so that no way of starting can do without it. */
function edgesNeeded(node: GraphNode): number {
  const count = node.inbound.length;
  if (node.join.mode === 'all') return 1;
  if (node.join.mode === 'any') return count;
  return Math.max(1, count - Math.min(node.join.quorum, count) + 1);
}

function unite(sets: readonly BitSet[], size: number): BitSet {
  const result = emptyBits(size);
  for (const set of sets) addAllBits(result, set);
  return result;
}

function intersect(sets: readonly BitSet[], size: number): BitSet {
  const [first, ...others] = sets;
  if (first === undefined) return emptyBits(size);
  for (const other of others) keepCommonBits(first, other);
  return first;
}
