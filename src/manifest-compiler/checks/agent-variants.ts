import type { Problem } from '../../errors/index.ts';
import type { DeclaredNodeSpec } from '../../manifest/index.ts';
import { listNames, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import type { GraphNode } from './workflow-graph.ts';

type Turns = Extract<DeclaredNodeSpec, { agent_variants?: unknown }>;

/** Agents that take turns can do so, and edges can go by the answers of each of them. */
export function checkAgentVariants(view: ProjectView): Problem[] {
  return view.graph.nodes.flatMap((node) => {
    const { spec } = node;
    if (!('agent_variants' in spec) || (spec.agent_variants ?? []).length === 0) return [];
    return spec.agent === undefined
      ? [nobodyAsked(view, node)]
      : [...idleAgent(view, node, spec), ...shapes(view, node, spec)];
  });
}

function nobodyAsked(view: ProjectView, { id, index }: GraphNode): Problem {
  return view.problem('workflow', {
    code: 'MANIFEST_VALUE_INVALID',
    message: `Agents are to take turns at ${quote(id)}, which asks no agent.`,
    hint: 'Give it an "agent", or remove "agent_variants".',
    path: ['workflow', 'nodes', index, 'agent_variants'],
    at: 'key',
  });
}

/** Weights are shares beside each other: where one variant is always there, nothing is left for the agent of the node. */
function idleAgent(
  view: ProjectView,
  { id, index }: GraphNode,
  { agent, agent_variants: variants = [] }: Turns,
): Problem[] {
  const isLeftOut =
    variants.some(({ when }) => when === undefined) && !variants.some((variant) => variant.agent === agent);
  if (!isLeftOut) return [];
  return [
    view.problem('workflow', {
      severity: 'warning',
      code: 'MANIFEST_UNUSED',
      message: `${quote(id)} never asks ${quote(agent ?? '')}: one of its variants is there for every task.`,
      hint: 'List it among the variants with a weight of its own, or give each variant a "when".',
      path: ['workflow', 'nodes', index, 'agent'],
    }),
  ];
}

function shapes(view: ProjectView, node: GraphNode, { agent, agent_variants: variants = [] }: Turns): Problem[] {
  const agents = view.manifests.agents?.agents ?? {};
  const schemaOf = (name = ''): string =>
    JSON.stringify((Object.hasOwn(agents, name) ? agents[name]?.output_schema : undefined) ?? null);
  const differing = [...new Set(variants.map((variant) => variant.agent))].filter(
    (name) => Object.hasOwn(agents, name) && schemaOf(name) !== schemaOf(agent),
  );
  if (differing.length === 0 || !edgesRead(view, node)) return [];
  return [
    view.problem('workflow', {
      severity: 'warning',
      code: 'MANIFEST_VARIANTS_DIFFER',
      message: `Edges go by the answer of ${quote(node.id)}, and ${listNames(differing)} gives it by another schema than ${quote(agent ?? '')}.`,
      hint: 'Give all agents that take turns there the same "output_schema".',
      path: ['workflow', 'nodes', node.index, 'agent_variants'],
      at: 'key',
    }),
  ];
}

/** Edges of the node itself, of a decision right behind it, or others that name it. */
function edgesRead({ graph }: ProjectView, { id, spec, outEdges }: GraphNode): boolean {
  if (spec.type === 'decision') return true;
  const named = new RegExp(String.raw`\bstages\.${id}\b|\bstages\[\s*["']${id}["']`, 'u');
  const isNext = outEdges.some(
    ({ target }) =>
      target?.spec.type === 'decision' && target.outEdges.some((edge) => /\boutput\b/u.test(edge.spec.when ?? '')),
  );
  return isNext || graph.edges.some((edge) => named.test(edge.spec.when ?? ''));
}
