import type { ReadyAgent } from '../../actors/index.ts';
import { hashOf } from '../../hosts/index.ts';
import type { AgentSpec, ProjectSpec } from '../../manifest/index.ts';
import { textOf, type CompiledAgent, type CompiledProject } from '../../manifest-compiler/index.ts';
import { offlineModel, type ModelTable } from './ready-models.ts';

/** How often an agent may act that says nothing about it. */
const defaultMaxSteps = 8;
/** How often an agent is asked again for JSON that fits when it says nothing about it. */
const defaultJsonRetries = 1;

/** All agents of a project with their models and profiles looked up. */
export function readyAgents(
  { agents, project }: Pick<CompiledProject, 'agents' | 'project'>,
  models: ModelTable,
): ReadonlyMap<string, ReadyAgent> {
  return new Map(
    [...agents.values()].map((agent) => {
      const alias = agent.spec.model ?? project.engine.defaults?.model ?? offlineModel;
      return [agent.id, readyAgent(agent, project, { models, alias })];
    }),
  );
}

interface ModelChoice {
  readonly models: ModelTable;
  /** Of the model that is asked first. */
  readonly alias: string;
}

function readyAgent(
  { id, spec, prompt }: CompiledAgent,
  project: ProjectSpec,
  { models, alias }: ModelChoice,
): ReadyAgent {
  return {
    id,
    model: models(alias),
    fallbackModels: (spec.fallback_models ?? []).map(models),
    tools: spec.tools ?? [],
    renderPrompt: (variables) => prompt.render(variables),
    promptHash: hashOf(textOf(project, spec.prompt) ?? spec.prompt),
    ...limitsOf(spec),
    ...profileOf(spec, project),
    ...(spec.permissions !== undefined && { permissions: spec.permissions }),
    ...(spec.output_schema !== undefined && { outputSchema: spec.output_schema }),
    ...(spec.state_field !== undefined && { stateField: spec.state_field }),
    ...(spec.description !== undefined && { description: spec.description }),
  };
}

type Limits = Pick<ReadyAgent, 'maxSteps' | 'jsonRetries' | 'temperature' | 'maxOutputTokens'>;

function limitsOf({ max_steps, json, temperature, max_output_tokens: maxOutputTokens }: AgentSpec): Limits {
  return {
    maxSteps: max_steps ?? defaultMaxSteps,
    jsonRetries: json?.retries ?? defaultJsonRetries,
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

function profileOf({ context_profile: name }: AgentSpec, { memory }: ProjectSpec): Pick<ReadyAgent, 'profile'> {
  const spec = name === undefined ? undefined : memory.context_profiles?.[name];
  return name === undefined || spec === undefined ? {} : { profile: { name, spec } };
}
