import type { NamedModel, ReadyAgent } from '../../actors/index.ts';
import { EngineError } from '../../errors/index.ts';
import { hashOf } from '../../hosts/index.ts';
import type { ModelSpec, ProjectSpec } from '../../manifest/index.ts';
import { textOf, type CompiledAgent, type CompiledProject } from '../../manifest-compiler/index.ts';
import { createModelClient, withEnvironment, type Environment } from '../../services/index.ts';

/** The model that needs no entry in engine.yaml: it extracts, and does not reason. */
export const offlineModel = 'offline';

/** All agents of a project with their models and profiles looked up. */
export function readyAgents(compiled: CompiledProject, environment: Environment): ReadonlyMap<string, ReadyAgent> {
  const { project } = compiled;
  const models = new Map<string, NamedModel>();
  const modelNamed = (alias: string): NamedModel => {
    const known = models.get(alias);
    if (known !== undefined) return known;
    const model = makeModel(alias, project, environment);
    models.set(alias, model);
    return model;
  };
  return new Map(
    [...compiled.agents.values()].map((agent) => {
      const alias = agent.spec.model ?? project.engine.defaults?.model ?? offlineModel;
      return [agent.id, readyAgent(agent, project, modelNamed(alias))];
    }),
  );
}

function makeModel(alias: string, project: ProjectSpec, environment: Environment): NamedModel {
  const declared = project.engine.models?.[alias];
  if (declared === undefined && alias !== offlineModel) {
    throw new EngineError('ENGINE_BUG', `Model "${alias}" is not declared and passed the checks.`);
  }
  const spec: ModelSpec = withEnvironment(declared ?? { provider: offlineModel }, environment);
  const script = spec.script === undefined ? undefined : textOf(project, spec.script);
  return {
    alias,
    spec,
    client: createModelClient(alias, spec, { environment, ...(script !== undefined && { script }) }),
  };
}

function readyAgent({ id, spec, prompt }: CompiledAgent, project: ProjectSpec, model: NamedModel): ReadyAgent {
  const profile =
    spec.context_profile === undefined ? undefined : project.memory.context_profiles?.[spec.context_profile];
  const maxOutputTokens = spec.max_output_tokens ?? model.spec.max_output_tokens;
  return {
    id,
    model,
    tools: spec.tools ?? [],
    renderPrompt: (variables) => prompt.render(variables),
    promptHash: hashOf(textOf(project, spec.prompt) ?? spec.prompt),
    ...(profile !== undefined && { profile: { name: spec.context_profile ?? '', spec: profile } }),
    ...(spec.output_schema !== undefined && { outputSchema: spec.output_schema }),
    ...(spec.temperature !== undefined && { temperature: spec.temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(spec.description !== undefined && { description: spec.description }),
  };
}
