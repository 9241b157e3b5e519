import type { MergeNodeSpec, NodeSpec, ProjectSpec } from '../manifest/index.ts';

export interface SecondLineContext {
  readonly project: ProjectSpec;
  readonly inboundEdges: number;
}

/** The second line of a node: what it does its work with. */
export function secondLine(spec: NodeSpec, { project, inboundEdges }: SecondLineContext): string | undefined {
  switch (spec.type) {
    case 'agent':
      return askedOf(spec.agent, project);
    case 'tool':
      return spec.tool;
    case 'transform':
      return 'pure mapping';
    case 'decision':
      return spec.agent === undefined ? spec.tool : askedOf(spec.agent, project);
    case 'merge':
      return waitsFor(spec, inboundEdges);
    case 'end':
      return spec.status === 'failure' || spec.always_fail === true ? 'failure' : 'success';
  }
}

function askedOf(agent: string, { agents, engine }: ProjectSpec): string {
  const model = agents[agent]?.model ?? engine.defaults?.model;
  return model === undefined ? agent : `${agent} · ${model}`;
}

function waitsFor({ join, quorum }: MergeNodeSpec, inboundEdges: number): string {
  if (join === 'any') return `takes the first of ${inboundEdges}`;
  if (join === 'quorum') return `waits for ${quorum ?? 1} of ${inboundEdges}`;
  return `waits for ${inboundEdges}`;
}
