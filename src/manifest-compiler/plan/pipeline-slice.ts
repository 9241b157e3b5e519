import type { Outline, OutlineEdge } from './outline.ts';

/** The part of an outline that a task of one pipeline can walk. */
export interface Slice {
  readonly entry: string;
  /** Nodes behind which the pipeline does not go; absent: as far as the edges lead. */
  readonly ends?: readonly string[];
}

/**
 * Nodes on a way from the entry to the ends, with the failure handlers of those nodes and all that these lead to. An end
 * keeps its error and fallback edges and loses the others. Without `ends`: all that can be reached from the entry.
 */
export function sliceOutline(outline: Outline, slice: Slice): Outline {
  const ends = new Set(slice.ends);
  const edges = outline.edges.filter((edge) => isHandler(edge) || !ends.has(edge.from));
  const reached = spread([slice.entry], nextBy(edges, 'from', 'to'));
  const kept = slice.ends === undefined ? reached : withHandlers(leadingTo(ends, { edges, reached }), edges);
  return {
    nodes: outline.nodes.filter(({ spec }) => kept.has(spec.id)),
    edges: edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
  };
}

function isHandler(edge: OutlineEdge): boolean {
  return edge.kind === 'error' || edge.kind === 'fallback';
}

interface Reached {
  readonly edges: readonly OutlineEdge[];
  readonly reached: ReadonlySet<string>;
}

function leadingTo(ends: ReadonlySet<string>, { edges, reached }: Reached): Set<string> {
  const back = spread(ends, nextBy(edges, 'to', 'from'));
  return new Set([...reached].filter((id) => back.has(id)));
}

function withHandlers(kept: Set<string>, edges: readonly OutlineEdge[]): ReadonlySet<string> {
  const next = nextBy(edges, 'from', 'to');
  for (;;) {
    const handlers = edges.filter((edge) => isHandler(edge) && kept.has(edge.from) && !kept.has(edge.to));
    if (handlers.length === 0) return kept;
    for (const id of spread(
      handlers.map((edge) => edge.to),
      next,
    )) {
      kept.add(id);
    }
  }
}

function nextBy(
  edges: readonly OutlineEdge[],
  near: 'from' | 'to',
  far: 'from' | 'to',
): (id: string) => readonly string[] {
  const table = new Map<string, string[]>();
  for (const edge of edges) {
    const list = table.get(edge[near]);
    if (list === undefined) table.set(edge[near], [edge[far]]);
    else list.push(edge[far]);
  }
  return (id) => table.get(id) ?? [];
}

function spread(from: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
  const seen = new Set(from);
  for (const id of seen) for (const other of next(id)) seen.add(other); // a loop over a set sees what is added meanwhile
  return seen;
}
