import type { GraphEdge, GraphNode } from '../../machines/index.ts';
import type { Concurrency } from '../plan/concurrency.ts';

/** How the nodes that one node dominates directly are laid out. */
export interface Split {
  /** Joins that can follow in the same lane, one after the other. */
  readonly inSequence: readonly GraphNode[];
  /** Joins that are active beside something else below the node. */
  readonly loose: readonly GraphNode[];
  /** Edges to the other children, by the class of outcome that takes them. */
  readonly branches: ReadonlyMap<string, readonly GraphEdge[]>;
}

export function splitChildren(node: GraphNode, concurrency: Concurrency): Split {
  const joins = node.dominated.filter(isJoin);
  const inSequence = joinsInSequence(node, joins, concurrency);
  const loose = joins.filter((join) => !inSequence.includes(join));
  const branches = new Map<string, GraphEdge[]>();
  for (const child of node.dominated) {
    const [edge] = child.inbound;
    if (isJoin(child) || edge === undefined) continue;
    const outcome = outcomeClass(edge);
    const edges = branches.get(outcome);
    if (edges === undefined) branches.set(outcome, [edge]);
    else edges.push(edge);
  }
  return { inSequence, loose, branches };
}

function isJoin(node: GraphNode): boolean {
  return node.inbound.length > 1;
}

/**
 * Joins that are never active together with anything else below the node, and that nothing which stays in a block has
 * to wait for. Taking one out can make another loose, so this goes on until nothing changes.
 */
function joinsInSequence(node: GraphNode, joins: readonly GraphNode[], concurrency: Concurrency): readonly GraphNode[] {
  if (joins.length === 0) return [];
  const others = below(node).filter((other) => other !== node);
  let sequence = joins.filter((join) => {
    const own = new Set(below(join));
    return areApart(
      [...own],
      others.filter((other) => !own.has(other)),
      concurrency,
    );
  });
  for (;;) {
    const loose = new Set(joins.filter((join) => !sequence.includes(join)));
    const kept = sequence.filter(
      (join) => !below(join).some((inner) => inner.outbound.some((edge) => loose.has(edge.to))),
    );
    if (kept.length === sequence.length) return kept;
    sequence = kept;
  }
}

/** Edges of one class may be taken together; of two classes never. */
function outcomeClass(edge: GraphEdge): string {
  switch (edge.kind) {
    case 'normal':
      return 'done';
    case 'conditional':
      return `choice ${edge.choice ?? ''}`;
    case 'error':
      return 'error';
    case 'fallback':
      return `fallback ${edge.id}`;
  }
}

/** The node and all that it dominates. */
export function below(node: GraphNode): readonly GraphNode[] {
  const found = [node];
  for (const above of found) found.push(...above.dominated); // a loop over an array sees what is pushed meanwhile
  return found;
}

/** No node of the one list is ever active together with one of the other. */
export function areApart(ones: readonly GraphNode[], others: readonly GraphNode[], concurrency: Concurrency): boolean {
  return !ones.some((one) => others.some((other) => concurrency.areConcurrent(one, other)));
}

/** No node of the one list ever runs in the same run as one of the other. */
export function areExclusive(
  ones: readonly GraphNode[],
  others: readonly GraphNode[],
  concurrency: Concurrency,
): boolean {
  return !ones.some((one) => others.some((other) => concurrency.areCompatible(one, other)));
}
