import type { DrawingEdge } from './model.ts';

/**
 * Edges that are turned around before a level is laid out, so that there is no loop: of ordinary edges those that lead to
 * an earlier node, then those of failures, each only where it would close a loop.
 */
export function backEdges(
  order: readonly string[],
  edges: readonly Pick<DrawingEdge, 'from' | 'to' | 'kind' | 'id'>[],
): ReadonlySet<string> {
  const place = new Map(order.map((id, at) => [id, at]));
  const after = new Map<string, string[]>();
  const back = new Set<string>();
  const add = (from: string, to: string): void => void after.set(from, [...(after.get(from) ?? []), to]);
  const isForward = ({ from, to }: { from: string; to: string }): boolean =>
    (place.get(from) ?? 0) < (place.get(to) ?? 0);
  const rank = (edge: (typeof edges)[number]): number =>
    (edge.kind === 'error' || edge.kind === 'fallback' ? 2 : 0) + (isForward(edge) ? 0 : 1);
  for (const edge of edges.toSorted((one, other) => rank(one) - rank(other))) {
    const { id, from, to } = edge;
    if (rank(edge) > 0 && leadsTo(after, to, from)) {
      back.add(id);
      add(to, from);
    } else {
      add(from, to);
    }
  }
  return back;
}

function leadsTo(after: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    if (id === to) return true;
    for (const next of after.get(id) ?? []) seen.add(next);
  }
  return false;
}
