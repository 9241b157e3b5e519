import type { Problem, ProblemPath } from '../../errors/index.ts';
import { laterProviders, providers, type ManifestKind, type ModelSpec } from '../../manifest/index.ts';
import { createNameFinder, listNames, quote } from '../report/index.ts';
import { autoModel } from './agent-references.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

const known: ReadonlySet<string> = new Set(providers);
const later: ReadonlySet<string> = new Set(laterProviders);
const names = { has: (name: string) => known.has(name), finder: createNameFinder(providers) };

/** Models that agents ask have a provider, and one that this version has an adapter for. */
export function checkModelProviders(view: ProjectView): Problem[] {
  const { models = {}, defaults } = view.manifests.engine?.engine ?? {};
  const agents = Object.entries(view.manifests.agents?.agents ?? {});
  const asked = withRecorded(new Set(agents.map(([, { model }]) => model ?? defaults?.model)), models);
  return [
    ...Object.entries(models).flatMap(([alias, { provider }]) =>
      asked.has(alias) ? providerProblems(view, alias, provider) : [],
    ),
    ...autoProblems(view, { kind: 'engine', path: ['engine', 'defaults', 'model'], model: defaults?.model }),
    ...agents.flatMap(([name, { model }]) =>
      autoProblems(view, { kind: 'agents', path: ['agents', name, 'model'], model }),
    ),
  ];
}

/** A model that records asks another one. */
function withRecorded(
  asked: ReadonlySet<string | undefined>,
  models: Readonly<Record<string, ModelSpec>>,
): ReadonlySet<string | undefined> {
  const all = new Set(asked);
  // what is added while it is walked through is walked through as well
  for (const alias of all) {
    const spec = alias === undefined ? undefined : models[alias];
    if (spec?.provider === 'replay' && (spec.record ?? 'never') !== 'never') all.add(spec.records);
  }
  return all;
}

function providerProblems(view: ProjectView, alias: string, provider: string): Problem[] {
  const path = ['engine', 'models', alias, 'provider'];
  // What stands in the environment is not known before the engine is opened.
  if (provider.includes('${env:')) return [];
  if (!later.has(provider)) {
    return checkReference(view, { kind: 'engine', path, name: provider, what: 'provider', names, home: 'the engine' });
  }
  return [
    view.problem('engine', {
      code: 'MANIFEST_NOT_IN_THIS_VERSION',
      message: `The provider ${quote(provider)} is not in this version, and agents ask the model ${quote(alias)}.`,
      hint: `Use one of ${listNames(providers)}.`,
      path,
    }),
  ];
}

interface ModelPlace {
  readonly kind: ManifestKind;
  readonly path: ProblemPath;
  readonly model: string | undefined;
}

function autoProblems(view: ProjectView, { kind, path, model }: ModelPlace): Problem[] {
  const isDeclared = Object.hasOwn(view.manifests.engine?.engine.models ?? {}, autoModel);
  if (model !== autoModel || isDeclared) return [];
  return [
    view.problem(kind, {
      code: 'MANIFEST_NOT_IN_THIS_VERSION',
      message: `The model ${quote(autoModel)} is not in this version.`,
      hint: 'Name a model of engine.yaml, or "offline".',
      path,
    }),
  ];
}
