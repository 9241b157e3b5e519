import type { DrawingEdge, DrawingModel } from './model.ts';

/** An edge on the level where it is drawn: between the two frames or nodes of one frame that hold its ends. */
export interface LiftedEdge extends DrawingEdge {
  /** The frame of the level; absent for the outermost one. */
  readonly level?: string;
  /** Edges of the model that are drawn as this one. */
  readonly edges: readonly string[];
}

/** Edges between the insides of frames end at the frames, and those of one kind between the same two are one. */
export function liftEdges({ nodes, edges }: DrawingModel, left: ReadonlySet<string>): readonly LiftedEdge[] {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const lifted = new Map<string, LiftedEdge>();
  for (const edge of edges) {
    const ends = left.has(edge.id) ? undefined : liftEnds(parents, edge);
    if (ends === undefined) continue;
    const isLifted = ends.from !== edge.from || ends.to !== edge.to;
    const key = isLifted ? JSON.stringify([ends.from, ends.to, edge.kind]) : edge.id;
    const same = lifted.get(key);
    lifted.set(key, same === undefined ? { ...edge, ...ends, edges: [edge.id] } : bundled(same, edge));
  }
  return [...lifted.values()];
}

function bundled(bundle: LiftedEdge, { id, label }: DrawingEdge): LiftedEdge {
  const { label: first, ...rest } = bundle;
  const labels = new Set([first, label].filter((text) => text !== undefined));
  const together = [...labels].join(', ');
  return { ...rest, edges: [...bundle.edges, id], ...(together !== '' && { label: together }) };
}

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly level?: string;
}

/** Nothing for an edge that does not leave a node, such as one from a frame to what is in it. */
function liftEnds(parents: ReadonlyMap<string, string | undefined>, { from, to }: DrawingEdge): Ends | undefined {
  if (!parents.has(from) || !parents.has(to)) return undefined;
  const above = new Map<string | undefined, string>(chainOf(parents, from).map((id) => [parents.get(id), id]));
  for (const id of chainOf(parents, to)) {
    const level = parents.get(id);
    const other = above.get(level);
    if (other === undefined) continue;
    if (other === id) return undefined;
    return { from: other, to: id, ...(level !== undefined && { level }) };
  }
  return undefined;
}

/** The node and the frames that it is in, from the inside. */
function chainOf(parents: ReadonlyMap<string, string | undefined>, id: string): readonly string[] {
  const chain: string[] = [];
  for (let at: string | undefined = id; at !== undefined && !chain.includes(at); at = parents.get(at)) chain.push(at);
  return chain;
}
