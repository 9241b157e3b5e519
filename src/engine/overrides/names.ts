import type { CompiledPipeline, CompiledProject } from '../../manifest-compiler/index.ts';
import type { RequestNames } from '../../services/index.ts';
import { builtInModes } from '../routing.ts';
import { offlineModel } from '../stages/ready-models.ts';

/** What overrides may name in a project. */
export function namesIn(compiled: CompiledProject): RequestNames {
  const { project, pipelines, agents } = compiled;
  const nodes = new Set([...pipelines.values(), ...compiled.bodies.values()].flatMap(nodesOf));
  return {
    model: [...Object.keys(project.engine.models ?? {}), offlineModel],
    pipeline: [...pipelines.keys()],
    mode: [...new Set([...builtInModes, ...[...pipelines.values()].flatMap(({ spec }) => spec?.modes ?? [])])],
    target: [...agents.keys(), ...nodes],
    avoid: [...pipelines.keys(), ...nodes, ...agents.keys(), ...Object.keys(project.tools)],
  };
}

/** Ids of the nodes of a pipeline and of the agents that they ask. Tools are told by what a pipeline reaches. */
export function partsOf(pipeline: CompiledPipeline): ReadonlySet<string> {
  const agents = pipeline.outline.nodes.flatMap(({ spec }) => ('agent' in spec ? (spec.agent ?? []) : []));
  return new Set([...nodesOf(pipeline), ...agents]);
}

function nodesOf({ outline }: CompiledPipeline): readonly string[] {
  return outline.nodes.map(({ spec, standsFor }) => standsFor ?? spec.id);
}
