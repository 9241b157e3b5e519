import type { Problem, ProblemPath } from '../../errors/index.ts';
import { auto, type DeclaredAgentSpec } from '../../manifest/index.ts';
import { createNameFinder, listNames } from '../report/index.ts';
import type { DeclaredNames, ProjectView } from './project-view.ts';
import { toolNames } from './tool-names.ts';
import { checkReference } from './unknown-reference.ts';

/** Models that need no entry in engine.models. */
const builtInModels: readonly string[] = ['offline', auto];

/** Agents name models, tools and context profiles that are declared, and so do the defaults. */
export function checkAgentReferences(view: ProjectView): Problem[] {
  const models = { what: 'model', names: modelNames(view), home: 'models of engine.yaml' };
  const tools = toolNames(view);
  const profiles = {
    kind: 'agents',
    what: 'context profile',
    names: view.names('memory', ['context_profiles']),
    home: 'context_profiles of memory.yaml',
  } as const;
  const defaultModel = view.manifests.engine?.engine.defaults?.model;
  const agents = Object.entries(view.manifests.agents?.agents ?? {});
  return [
    ...checkReference(view, { ...models, kind: 'engine', path: ['engine', 'defaults', 'model'], name: defaultModel }),
    ...agents.flatMap(([name, agent]) =>
      checkReference(view, { ...models, kind: 'agents', path: ['agents', name, 'model'], name: agent.model }),
    ),
    ...agents.flatMap(([name, agent]) =>
      (agent.fallback_models ?? []).flatMap((model, index) =>
        checkReference(view, {
          ...models,
          kind: 'agents',
          path: ['agents', name, 'fallback_models', index],
          name: model,
        }),
      ),
    ),
    ...agents.flatMap(([name, agent]) =>
      checkReference(view, { ...profiles, path: ['agents', name, 'context_profile'], name: agent.context_profile }),
    ),
    ...agents.flatMap(([name, agent]) => toolProblems(view, { agent, path: ['agents', name], tools })),
  ];
}

function toolProblems(
  view: ProjectView,
  found: { agent: DeclaredAgentSpec; path: ProblemPath; tools: DeclaredNames },
): Problem[] {
  const { agent, path, tools } = found;
  return (agent.tools ?? []).flatMap((name, index) =>
    checkReference(view, {
      kind: 'agents',
      path: [...path, 'tools', index],
      name,
      what: 'tool',
      names: tools,
      home: 'tools.yaml',
    }),
  );
}

/** The models that may be named. */
export function modelNames(view: ProjectView): DeclaredNames {
  const declared = view.names('engine', ['engine', 'models']);
  const known = [...Object.keys(view.manifests.engine?.engine.models ?? {}), ...builtInModels];
  const has = (name: string): boolean => builtInModels.includes(name) || declared.has(name);
  const finder = createNameFinder(known);
  // A name as a provider has it is no misspelt one: it is yet to be declared.
  const hint = (name: string): string | undefined =>
    finder.nearest(name) === undefined
      ? `Declare it in models of engine.yaml, or use one of ${listNames(known)}.`
      : finder.hint(name);
  return { has, finder: { ...finder, hint } };
}
