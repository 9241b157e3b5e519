import type { Problem } from '../../errors/index.ts';
import { createNameFinder } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

/** Context profiles take from memory stores that are declared. */
export function checkMemorySources(view: ProjectView): Problem[] {
  const stores = { ...view.names('memory', ['memory']), finder: createNameFinder([]) };
  return Object.entries(view.manifests.memory?.context_profiles ?? {}).flatMap(([name, { sources }]) =>
    sources.flatMap((source, index) =>
      checkReference(view, {
        kind: 'memory',
        path: ['context_profiles', name, 'sources', index],
        name: source,
        what: 'memory store of this project',
        names: stores,
        home: '"memory" above, for example with "type: in_memory"',
      }),
    ),
  );
}
