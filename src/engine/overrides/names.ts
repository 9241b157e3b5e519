import { bodyId, isChildSpec, type CompiledPipeline, type CompiledProject } from '../../manifest-compiler/index.ts';
import type { NodeSpec } from '../../manifest/index.ts';
import type { RequestNames } from '../../services/index.ts';
import { modesOf } from '../routing.ts';
import { offlineModel } from '../stages/ready-models.ts';

/** What overrides may name in a project. */
export function namesIn(compiled: CompiledProject): RequestNames {
  const { project, pipelines, agents } = compiled;
  const nodes = new Set([...pipelines.values(), ...compiled.bodies.values()].flatMap(nodesOf));
  return {
    model: [...Object.keys(project.engine.models ?? {}), offlineModel],
    pipeline: [...pipelines.keys()],
    mode: [...modesOf(compiled)],
    target: [...agents.keys(), ...nodes],
    avoid: [...pipelines.keys(), ...nodes, ...agents.keys(), ...Object.keys(project.tools)],
  };
}

/**
 * What of some names a pipeline cannot be without: ids of its nodes and of those of its child tasks, and agents that they ask
 * whoever else could. Tools are told by what a pipeline reaches.
 */
export function unavoidable(
  pipeline: CompiledPipeline,
  avoid: readonly string[],
  { bodies }: Pick<CompiledProject, 'bodies'>,
): string | undefined {
  const wanted = new Set(avoid);
  const parts = new Set<string>();
  const all = new Set([pipeline]);
  // Bodies join the set while it is gone through.
  for (const one of all) {
    for (const id of nodesOf(one)) parts.add(id);
    for (const { spec } of one.outline.nodes) {
      const body = isChildSpec(spec) ? bodies.get(bodyId(spec)) : undefined;
      if (body !== undefined) all.add(body);
      if ('agent' in spec && spec.agent !== undefined && mayAnswer(spec, wanted)) parts.add(spec.agent);
    }
  }
  return avoid.find((name) => parts.has(name));
}

/** Whether the agent of a node may be asked when variants that are to be avoided are passed over. */
function mayAnswer(spec: NodeSpec, avoid: ReadonlySet<string>): boolean {
  const variants = 'agent_variants' in spec ? (spec.agent_variants ?? []) : [];
  return !variants.some(({ agent, when }) => when === undefined && !avoid.has(agent));
}

function nodesOf({ outline }: CompiledPipeline): readonly string[] {
  return outline.nodes.map(({ spec, standsFor }) => standsFor ?? spec.id);
}
