import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Edges begin and end at nodes, and none leaves an end. */
export function checkEdgeEnds(view: ProjectView): Problem[] {
  return view.graph.edges.flatMap(({ index, spec, source }): Problem[] => {
    const problems: Problem[] = [];
    if (!view.nodeIds.has(spec.from)) problems.push(unknownNode(view, index, 'from'));
    if (!view.nodeIds.has(spec.to)) problems.push(unknownNode(view, index, 'to'));
    if (source?.spec.type === 'end') {
      problems.push(
        view.problem('workflow', {
          code: 'MANIFEST_EDGE_FROM_END',
          message: `The edge leaves ${quote(source.id)}, which is an end.`,
          hint: 'Remove the edge, or give the node another type.',
          path: ['workflow', 'edges', index, 'from'],
        }),
      );
    }
    return problems;
  });
}

function unknownNode(view: ProjectView, index: number, field: 'from' | 'to'): Problem {
  const id = view.graph.edges[index]?.spec[field] ?? '';
  return view.problem('workflow', {
    code: field === 'from' ? 'MANIFEST_EDGE_SOURCE_UNKNOWN' : 'MANIFEST_EDGE_TARGET_UNKNOWN',
    message: `${quote(id)} is no node of this workflow.`,
    hint: view.nodeIds.finder.hint(id),
    path: ['workflow', 'edges', index, field],
  });
}
