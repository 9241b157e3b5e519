import type { AgentSpec, NodeSpec } from '../../manifest/index.ts';
import type { CompiledPipeline, CompiledProject } from '../../manifest-compiler/index.ts';
import { effectFor, type OverrideEffects } from '../../services/index.ts';
import { askedAgents } from '../asked-agents.ts';

type Models = OverrideEffects['models'];

/** What overrides leave of a project as far as the cost of a run goes by it: the models that its agents ask first. */
export function overriddenProject(
  compiled: CompiledProject,
  pipeline: CompiledPipeline,
  models: Models,
): { readonly compiled: Pick<CompiledProject, 'project' | 'bodies'>; readonly pipeline: CompiledPipeline } {
  if (models.length === 0) return { compiled, pipeline };
  const { project } = compiled;
  const agents: Record<string, AgentSpec> = { ...project.agents };
  const changed = (one: CompiledPipeline): CompiledPipeline => {
    const nodes = one.outline.nodes.map((node) =>
      Object.assign({}, node, { spec: withAgents(node.spec, agents, models) }),
    );
    return { ...one, outline: { ...one.outline, nodes } };
  };
  const bodies = new Map(Array.from(compiled.bodies, ([id, body]) => [id, changed(body)] as const));
  return { pipeline: changed(pipeline), compiled: { bodies, project: { ...project, agents } } };
}

/** The model that overrides give an agent at a node; nothing when it has its own. */
export function modelAt(node: string, agent: string, models: Models): string | undefined {
  return effectFor(models, { node, agent });
}

/** An agent with another model at a node is one of its own there; no id of an agent holds a blank. */
function withAgents(spec: NodeSpec, agents: Record<string, AgentSpec>, models: Models): NodeSpec {
  const names = new Map(
    askedAgents(spec).map((agent) => {
      const model = modelAt(spec.id, agent, models);
      const declared = agents[agent];
      if (model === undefined || declared === undefined) return [agent, agent];
      const name = `${agent} at ${spec.id}`;
      agents[name] = { ...declared, model };
      return [agent, name];
    }),
  );
  const nameOf = (agent: string): string => names.get(agent) ?? agent;
  const own = 'agent' in spec && spec.agent !== undefined ? { agent: nameOf(spec.agent) } : {};
  const variants =
    'agent_variants' in spec && spec.agent_variants !== undefined
      ? { agent_variants: spec.agent_variants.map((one) => Object.assign({}, one, { agent: nameOf(one.agent) })) }
      : {};
  return Object.assign({}, spec, own, variants);
}
