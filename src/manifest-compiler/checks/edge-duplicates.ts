import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphEdge } from './workflow-graph.ts';

/** No edge says again what another one says. */
export function checkEdgeDuplicates(view: ProjectView): Problem[] {
  const seen = new Set<string>();
  return view.graph.edges.flatMap((edge) => {
    const meaning = meaningOf(edge);
    const isFirst = !seen.has(meaning);
    seen.add(meaning);
    if (isFirst) return [];
    return view.problem('workflow', {
      code: 'MANIFEST_EDGE_DUPLICATE',
      message: `There is the same edge from ${quote(edge.spec.from)} to ${quote(edge.spec.to)} before this one.`,
      hint: 'Remove one of them.',
      path: ['workflow', 'edges', edge.index],
    });
  });
}

function meaningOf({ type, spec }: GraphEdge): string {
  return JSON.stringify([spec.from, spec.to, type, spec.condition, spec.when, spec.on?.toSorted()]);
}
