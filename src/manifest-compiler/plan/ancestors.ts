import type { GraphNode, WorkflowGraph } from '../../machines/index.ts';
import { addAllBits, addBit, emptyBits, hasBit, type BitSet } from './bit-set.ts';

/** The nodes on some way to a node: what its expressions may name without depending on chance. */
export interface Ancestors {
  has(node: GraphNode, id: string): boolean;
  /** All of them, in the order of the graph: for hints, since it takes a look at every node. */
  namesOf(node: GraphNode): readonly string[];
}

export function findAncestors(graph: WorkflowGraph): Ancestors {
  let found: ReadonlyMap<GraphNode, BitSet> | undefined;
  const ancestorsOf = (node: GraphNode): BitSet | undefined => (found ??= collect(graph)).get(node);
  const clones = Map.groupBy(
    graph.nodes.filter(({ standsFor }) => standsFor !== undefined),
    ({ standsFor }) => standsFor,
  );
  return {
    has: (node, id) => {
      const set = ancestorsOf(node);
      const named = [graph.byId.get(id), ...(clones.get(id) ?? [])];
      return set !== undefined && named.some((other) => other !== undefined && hasBit(set, other.rank));
    },
    namesOf: (node) => {
      const set = ancestorsOf(node);
      if (set === undefined) return [];
      const before = graph.order.filter((other) => hasBit(set, other.rank));
      return [...new Set(before.flatMap(({ id, standsFor }) => (standsFor === undefined ? [id] : [id, standsFor])))];
    },
  };
}

function collect(graph: WorkflowGraph): ReadonlyMap<GraphNode, BitSet> {
  const sets = new Map<GraphNode, BitSet>();
  for (const node of graph.order) {
    const set = emptyBits(graph.nodes.length);
    for (const { from } of node.inbound) {
      const before = sets.get(from);
      if (before !== undefined) addAllBits(set, before);
      addBit(set, from.rank);
    }
    sets.set(node, set);
  }
  return sets;
}
