import type { Problem } from '../../errors/index.ts';
import { auto, providers, takesOutsideValue } from '../../manifest/index.ts';
import { createNameFinder } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

const known: ReadonlySet<string> = new Set([...providers, auto]);
const names = { has: (name: string) => known.has(name), finder: createNameFinder(known) };

/** Models have a provider that there is an adapter for. What stands in the environment is not known yet. */
export function checkModelProviders(view: ProjectView): Problem[] {
  const { models = {} } = view.manifests.engine?.engine ?? {};
  return Object.entries(models).flatMap(([alias, { provider }]) => {
    const path = ['engine', 'models', alias, 'provider'];
    const reference = { kind: 'engine', path, name: provider, what: 'provider', names, home: 'the engine' } as const;
    return takesOutsideValue(provider) ? [] : checkReference(view, reference);
  });
}
