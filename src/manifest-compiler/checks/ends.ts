import type { Problem } from '../../errors/index.ts';
import type { ProjectView } from './project-view.ts';

/** An end that always fails does not claim success. */
export function checkEnds(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap(({ spec, index }) => {
    if (spec.type !== 'end' || spec.always_fail !== true || spec.status !== 'success') return [];
    return view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: 'The end always fails and has the status "success".',
      hint: 'Remove one of the two.',
      path: ['workflow', 'nodes', index, 'status'],
    });
  });
}
