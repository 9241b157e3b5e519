import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import { addAllBits, addBit, copyBits, emptyBits, hasBit, type BitSet } from './bit-set.ts';

/** Ids of the nodes on some way to a node: what its expressions may name without depending on chance. */
export function findAncestors(graph: WorkflowGraph): (node: GraphNode) => readonly string[] {
  const sets = new Map<GraphNode, BitSet>();
  for (const node of graph.order) {
    const set = emptyBits(graph.nodes.length);
    for (const { from } of node.inbound) {
      addAllBits(set, copyBits(sets.get(from) ?? set));
      addBit(set, from.rank);
    }
    sets.set(node, set);
  }
  return (node) => {
    const set = sets.get(node);
    if (set === undefined) return [];
    const before = graph.order.filter((other) => hasBit(set, other.rank));
    return [...new Set(before.flatMap(({ id, standsFor }) => (standsFor === undefined ? [id] : [id, standsFor])))];
  };
}
