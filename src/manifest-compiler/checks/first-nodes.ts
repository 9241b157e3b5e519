import type { ProjectView } from './project-view.ts';
import type { GraphNode } from './workflow-graph.ts';

export interface FirstNodes {
  /** Nodes that no edge leads to and that work can begin with. */
  readonly candidates: readonly GraphNode[];
  /** Nodes that are reached without an edge: the targets of fallbacks. */
  readonly others: readonly GraphNode[];
}

/** Where a workflow can begin. A lone end or merge is no beginning, unless there is nothing else. */
export function firstNodes(view: ProjectView): FirstNodes {
  const fallbacks = new Set(view.manifests.pipelines?.fallbacks?.map(({ to }) => to));
  const others = view.graph.nodes.filter(({ id }) => fallbacks.has(id));
  const roots = view.graph.nodes.filter(({ id, inEdges }) => inEdges.length === 0 && !fallbacks.has(id));
  const working = roots.filter(({ spec }) => spec.type !== 'end' && spec.type !== 'merge');
  return { candidates: working.length > 0 ? working : roots, others };
}
