import type { Problem } from '../../errors/index.ts';
import type { DeclaredNodeSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';
import type { GraphNode } from './workflow-graph.ts';

interface PlanNode {
  readonly node: GraphNode;
  readonly spec: Extract<DeclaredNodeSpec, { type: 'tool' }>;
  /** The node that writes the plan. */
  readonly writer: string;
}

/** A tool plan is written by a node with an agent that has tools, and brings its own arguments. */
export function checkToolPlans(view: ProjectView): Problem[] {
  const found = planNodes(view);
  return [...found.flatMap((node) => idleFields(view, node)), ...found.flatMap((node) => writerProblems(view, node))];
}

function planNodes({ graph }: ProjectView): PlanNode[] {
  return graph.nodes.flatMap((node) => {
    const { spec } = node;
    return spec.type === 'tool' && spec.plan !== undefined ? [{ node, spec, writer: spec.plan }] : [];
  });
}

function idleFields(view: ProjectView, { node, spec }: PlanNode): Problem[] {
  const path = ['workflow', 'nodes', node.index];
  if (spec.tool !== undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_VALUE_INVALID',
        message: `The node ${quote(node.id)} has a tool and a plan, and can only have one.`,
        hint: 'Remove one of them.',
        path: [...path, 'plan'],
        at: 'key',
      }),
    ];
  }
  if (spec.arguments === undefined) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_VALUE_INVALID',
      message: 'The steps of a plan have their own arguments.',
      hint: 'Remove "arguments".',
      path: [...path, 'arguments'],
      at: 'key',
    }),
  ];
}

function writerProblems(view: ProjectView, { node, writer }: PlanNode): Problem[] {
  const path = ['workflow', 'nodes', node.index, 'plan'];
  if (!view.graph.byId.has(writer)) {
    const nodes = { what: 'node of the workflow', names: view.nodeIds, home: 'workflow.yaml' };
    return checkReference(view, { ...nodes, kind: 'workflow', path, name: writer });
  }
  const written = view.graph.byId.get(writer)?.spec;
  const agent = written !== undefined && 'agent' in written ? written.agent : undefined;
  if (agent === undefined) {
    return [
      view.problem('workflow', {
        code: 'MANIFEST_PLAN_INVALID',
        message: `${quote(writer)} asks no agent, so it writes no tool plan.`,
        hint: 'Name a node with an agent.',
        path,
      }),
    ];
  }
  const agents = view.manifests.agents?.agents ?? {};
  const spec = Object.hasOwn(agents, agent) ? agents[agent] : undefined;
  if (spec === undefined || (spec.tools ?? []).length > 0) return [];
  return [
    view.problem('workflow', {
      code: 'MANIFEST_PLAN_INVALID',
      message: `The agent ${quote(agent)} of ${quote(writer)} has no tools, so no step of its tool plan could run.`,
      hint: `List in "tools" of the agent what its plans may use.`,
      path,
    }),
  ];
}
