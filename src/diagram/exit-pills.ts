import type { DrawingEdge, DrawingModel } from './model.ts';

/** A failure edge that is written below its source instead of drawn: many lines to one handler hide all others. */
export interface ExitPill {
  readonly text: string;
  readonly kind: 'error' | 'fallback';
  readonly target: string;
  readonly edges: readonly string[];
}

export interface ExitPills {
  readonly bySource: ReadonlyMap<string, readonly ExitPill[]>;
  readonly byTarget: ReadonlyMap<
    string,
    { readonly places: number; readonly edges: readonly string[]; readonly kind: ExitPill['kind'] }
  >;
  /** Ids of the edges that are pills. */
  readonly edges: ReadonlySet<string>;
}

/** From so many sources on, failures that lead to one node are pills. */
const manySources = 4;

type FailureEdge = DrawingEdge & { readonly kind: ExitPill['kind'] };

function isFailureEdge(edge: DrawingEdge): edge is FailureEdge {
  return edge.kind === 'error' || edge.kind === 'fallback';
}

export function exitPills({ nodes, edges }: DrawingModel): ExitPills {
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  const bySource = new Map<string, ExitPill[]>();
  const byTarget = new Map<string, { places: number; edges: readonly string[]; kind: ExitPill['kind'] }>();
  const pillEdges = new Set<string>();
  for (const [target, inbound] of Map.groupBy(edges.filter(isFailureEdge), ({ to }) => to)) {
    const places = new Set(inbound.map(({ from }) => from)).size;
    if (places < manySources) continue;
    const kind = inbound.some((edge) => edge.kind === 'error') ? 'error' : 'fallback';
    byTarget.set(target, { places, edges: inbound.map(({ id }) => id), kind });
    for (const edge of inbound) {
      pillEdges.add(edge.id);
      const pills = bySource.get(edge.from) ?? [];
      pills.push(pillOf(edge, titles.get(target) ?? target));
      bySource.set(edge.from, pills);
    }
  }
  return { bySource, byTarget, edges: pillEdges };
}

function pillOf({ id, kind, to, label }: FailureEdge, title: string): ExitPill {
  return { text: `${label ?? (kind === 'error' ? '✕' : '↪')} → ${title}`, kind, target: to, edges: [id] };
}
