import type { GraphNode } from '../../machines/index.ts';
import type { NodeSpec, ProjectSpec } from '../../manifest/index.ts';
import type { CompiledPipeline, CompiledProject } from '../compile/compiled.ts';
import type { OutlineEdge } from '../plan/outline.ts';
import { createResources, type Resources } from './resources.ts';

/** One pipeline of one version of the manifests. */
export interface Version {
  readonly project: ProjectSpec;
  readonly pipeline: CompiledPipeline;
  readonly resources: Resources;
  readonly specOf: (node: GraphNode) => NodeSpec;
  readonly edgeById: ReadonlyMap<string, OutlineEdge>;
}

export type VersionOf = (pipeline: CompiledPipeline) => Version;

export function createVersions({ project }: CompiledProject): VersionOf {
  const resources = createResources(project);
  return (pipeline) => {
    const specs = new Map(pipeline.outline.nodes.map(({ spec }) => [spec.id, spec]));
    return {
      project,
      pipeline,
      resources,
      specOf: ({ id }) => specs.get(id) ?? { type: 'end', id },
      edgeById: new Map(pipeline.outline.edges.map((edge) => [edge.id, edge])),
    };
  };
}

/** End nodes take no time and have no result that could be kept. */
export function isStage(node: GraphNode): boolean {
  return node.closes === undefined;
}

/** A node in the words of the manifest. */
export function nameOf(node: GraphNode): string {
  const [first] = node.inbound;
  return node.standsFor === undefined || first === undefined
    ? `"${node.id}"`
    : `"${node.standsFor}" in place of "${first.from.id}"`;
}
