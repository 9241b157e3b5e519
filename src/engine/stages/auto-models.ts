import { auto, type ModelSpec, type ProjectSpec } from '../../manifest/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { chooseModel, withEnvironment, type Environment, type ModelChoice } from '../../services/index.ts';

export interface ChosenModels {
  /** The project with a provider in place of each `auto`; for what runs it, never to be stored. */
  readonly compiled: CompiledProject;
  readonly choices: readonly ModelChoice[];
}

/** Finds out what the models stand for that say `auto`. Nobody is asked where none does. */
export async function chooseModels(compiled: CompiledProject, environment: Environment): Promise<ChosenModels> {
  const { project } = compiled;
  const chosen = await Promise.all(autoModels(project, environment).map((each) => choose(each, environment)));
  if (chosen.length === 0) return { compiled, choices: [] };
  const models = {
    ...project.engine.models,
    ...Object.fromEntries(chosen.map(({ choice, spec }) => [choice.alias, spec])),
  };
  return {
    compiled: { ...compiled, project: { ...project, engine: { ...project.engine, models } } },
    choices: chosen.map(({ choice }) => choice),
  };
}

type NamedSpec = readonly [alias: string, spec: ModelSpec];

function autoModels(project: ProjectSpec, environment: Environment): readonly NamedSpec[] {
  const { models = {}, defaults } = project.engine;
  const declared = Object.entries(models).filter(([, { provider }]) => withEnvironment(provider, environment) === auto);
  if (Object.hasOwn(models, auto)) return declared;
  const agents = Object.values(project.agents);
  const isAsked = agents.some(
    ({ model = defaults?.model, fallback_models: others }) => model === auto || others?.includes(auto),
  );
  return isAsked ? [...declared, [auto, { provider: auto }]] : declared;
}

async function choose(
  [alias, declared]: NamedSpec,
  environment: Environment,
): Promise<{ readonly choice: ModelChoice; readonly spec: ModelSpec }> {
  const { model: wanted, ...settings } = declared;
  const model = wanted === undefined ? {} : { model: withEnvironment(wanted, environment) };
  const choice = await chooseModel(alias, model, { environment });
  const { provider, model: name } = choice;
  return { choice, spec: { ...settings, provider, ...(name !== undefined && { model: name }) } };
}
