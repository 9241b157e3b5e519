import { EngineError } from '../../errors/index.ts';
import type { AgentSpec, ModelSpec, ProjectSpec } from '../../manifest/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { missingKey, withEnvironment, type Environment } from '../../services/index.ts';
import { askedAgents } from '../asked-agents.ts';
import { offlineModel } from './ready-models.ts';

/**
 * Throws MODEL_KEY_MISSING when a node asks an agent of which no model has the key that it needs: better before the first stage
 * than in the middle of a task.
 */
export function checkModelKeys({ project, pipelines, bodies }: CompiledProject, environment: Environment): void {
  const nodes = [...pipelines.values(), ...bodies.values()].flatMap(({ outline }) => outline.nodes);
  const asked = new Set(nodes.flatMap(({ spec }) => askedAgents(spec)));
  for (const id of asked) {
    const agent = project.agents[id];
    if (agent !== undefined) checkAgent({ id, agent, project }, environment);
  }
}

interface AskedAgent {
  readonly id: string;
  readonly agent: AgentSpec;
  readonly project: ProjectSpec;
}

function checkAgent({ id, agent, project }: AskedAgent, environment: Environment): void {
  const first = agent.model ?? project.engine.defaults?.model ?? offlineModel;
  const lacking = [first, ...(agent.fallback_models ?? [])].map((alias) =>
    missingKey(specOf(alias, project, environment), environment),
  );
  const [missing] = lacking;
  if (missing === undefined || lacking.includes(undefined)) return;
  const { provider, variable } = missing;
  throw new EngineError(
    'MODEL_KEY_MISSING',
    `Model "${first}" of agent "${id}" needs the key of provider "${provider}", and ${variable} is not set.`,
    {
      hint: `Set ${variable}, or give the agent "model: auto", or "model: offline", which asks nobody.`,
      details: { agent: id, model: first, provider, variable },
    },
  );
}

/** With the provider that stands in the environment, and the name of the key that does. */
function specOf(alias: string, { engine }: ProjectSpec, environment: Environment): ModelSpec {
  const spec = engine.models?.[alias] ?? { provider: offlineModel };
  return { ...spec, provider: withEnvironment(spec.provider, environment) };
}
