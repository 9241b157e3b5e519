import type { NamedModel, ReadyAgent } from '../../actors/index.ts';
import { hashOf } from '../../hosts/index.ts';
import type { AgentSpec, ProjectSpec } from '../../manifest/index.ts';
import { textOf, type CompiledAgent, type CompiledProject } from '../../manifest-compiler/index.ts';
import { offlineModel, readyModels, type ModelSources } from './ready-models.ts';

/** The agents of a project, and every model that one of them or a budget names. */
export interface ReadyAgents {
  readonly agents: ReadonlyMap<string, ReadyAgent>;
  /** Throws ENGINE_BUG for an alias that is not declared. */
  readonly modelNamed: (alias: string) => NamedModel;
}

/** How often an agent may act that says nothing about it. */
const defaultMaxSteps = 8;
/** How often an agent is asked again for JSON that fits when it says nothing about it. */
const defaultJsonRetries = 1;

/** All agents of a project with their models and profiles looked up. */
export function readyAgents(compiled: CompiledProject, sources: Omit<ModelSources, 'project'>): ReadyAgents {
  const { project } = compiled;
  const modelNamed = readyModels({ ...sources, project });
  const agents = new Map(
    [...compiled.agents.values()].map((agent) => {
      const alias = agent.spec.model ?? project.engine.defaults?.model ?? offlineModel;
      return [agent.id, readyAgent(agent, project, { modelNamed, alias })];
    }),
  );
  return { agents, modelNamed };
}

interface ModelChoice extends Pick<ReadyAgents, 'modelNamed'> {
  /** Of the model that is asked first. */
  readonly alias: string;
}

function readyAgent(
  { id, spec, prompt }: CompiledAgent,
  project: ProjectSpec,
  { modelNamed, alias }: ModelChoice,
): ReadyAgent {
  return {
    id,
    model: modelNamed(alias),
    fallbackModels: (spec.fallback_models ?? []).map(modelNamed),
    tools: spec.tools ?? [],
    renderPrompt: (variables) => prompt.render(variables),
    promptHash: hashOf(textOf(project, spec.prompt) ?? spec.prompt),
    ...limitsOf(spec),
    ...profileOf(spec, project),
    ...(spec.output_schema !== undefined && { outputSchema: spec.output_schema }),
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
