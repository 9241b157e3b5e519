import type { Problem } from '../../errors/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** No two nodes have the same id. */
export function checkNodeIds(view: ProjectView): Problem[] {
  const nodes = view.manifests.workflow?.workflow.nodes ?? [];
  const seen = new Set<string>();
  return nodes.flatMap(({ id }, index) => {
    const isFirst = !seen.has(id);
    seen.add(id);
    if (isFirst) return [];
    return view.problem('workflow', {
      code: 'MANIFEST_ID_DUPLICATE',
      message: `There is another node ${quote(id)} before this one.`,
      hint: 'Give one of them another id.',
      path: ['workflow', 'nodes', index, 'id'],
    });
  });
}
