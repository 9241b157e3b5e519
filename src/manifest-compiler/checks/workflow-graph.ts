import { edgeType } from '../plan/outline.ts';
import type { DeclaredNodeSpec, DeclaredWorkflowSpec, EdgeSpec, EdgeType } from '../../manifest/index.ts';

/** A node with its edges; `index` is its place in `workflow.nodes`. */
export interface GraphNode {
  readonly id: string;
  readonly index: number;
  readonly spec: DeclaredNodeSpec;
  /** Edges that end here, in the order of the file. */
  readonly inEdges: readonly GraphEdge[];
  readonly outEdges: readonly GraphEdge[];
}

export interface GraphEdge {
  readonly index: number;
  readonly type: EdgeType;
  readonly spec: EdgeSpec;
  /** Nothing where the edge names a node that is not there. */
  readonly source?: GraphNode;
  readonly target?: GraphNode;
}

export interface WorkflowGraph {
  /** In the order of the file; of nodes with the same id only the first. */
  readonly nodes: readonly GraphNode[];
  readonly byId: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
}

export const emptyGraph: WorkflowGraph = { nodes: [], byId: new Map(), edges: [] };

export function buildGraph({ nodes, edges = [] }: DeclaredWorkflowSpec): WorkflowGraph {
  const byId = new Map<string, GraphNode & { inEdges: GraphEdge[]; outEdges: GraphEdge[] }>();
  for (const [index, spec] of nodes.entries()) {
    if (!byId.has(spec.id)) byId.set(spec.id, { id: spec.id, index, spec, inEdges: [], outEdges: [] });
  }
  const graphEdges = edges.map((spec, index): GraphEdge => {
    const source = byId.get(spec.from);
    const target = byId.get(spec.to);
    const edge = {
      index,
      type: edgeType(spec),
      spec,
      ...(source === undefined ? {} : { source }),
      ...(target === undefined ? {} : { target }),
    };
    source?.outEdges.push(edge);
    target?.inEdges.push(edge);
    return edge;
  });
  return { nodes: [...byId.values()], byId, edges: graphEdges };
}

/** Edges along which work can go on; those that leave an end are wrong and lead nowhere. */
export function waysOn({ spec, outEdges }: GraphNode): readonly GraphEdge[] {
  return spec.type === 'end' ? [] : outEdges;
}

/** Every node that some way along the edges leads to, the starts included. */
export function reachableFrom(starts: Iterable<GraphNode>): ReadonlySet<GraphNode> {
  const reached = new Set(starts);
  for (const node of reached) {
    for (const { target } of node.outEdges) if (target !== undefined) reached.add(target);
  }
  return reached;
}
