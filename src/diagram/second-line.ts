import type {
  AgentNodeSpec,
  DecisionNodeSpec,
  EndNodeSpec,
  FeedbackNodeSpec,
  MapNodeSpec,
  MergeNodeSpec,
  NodeSpec,
  ProjectSpec,
  RepeatNodeSpec,
  WorkflowNodeSpec,
} from '../manifest/index.ts';

export interface SecondLineContext {
  readonly project: ProjectSpec;
  /** Nodes that lead to it. */
  readonly branches: number;
}

/** The second line of a node: what it does its work with, and what its failure leads to if that is not the usual. */
export function secondLine(spec: NodeSpec, context: SecondLineContext): string | undefined {
  const policy = 'on_failure' in spec && spec.on_failure !== 'fail' ? spec.on_failure : undefined;
  const parts = [workOf(spec, context), policy === undefined ? undefined : `on failure: ${policy}`];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.join(' · ');
}

function workOf(spec: NodeSpec, { project, branches }: SecondLineContext): string | undefined {
  switch (spec.type) {
    case 'agent':
      return turnsOf(spec, askedOf(spec.agent, project));
    case 'tool':
      return spec.plan === undefined ? spec.tool : `plan of ${spec.plan}`;
    case 'transform':
      return 'pure mapping';
    case 'decision':
      return decisionLine(spec, project);
    case 'merge':
      return mergeLine(spec, { project, branches });
    case 'feedback':
      return waitsUntil(spec);
    case 'map':
    case 'repeat':
    case 'workflow':
      return childLine(spec);
    case 'end':
      return closesAs(spec);
  }
}

function decisionLine(spec: DecisionNodeSpec, project: ProjectSpec): string | undefined {
  const { agent, tool } = spec;
  return agent === undefined ? tool : turnsOf(spec, askedOf(agent, project));
}

/** With those that take turns with it. */
function turnsOf(
  { agent: own, agent_variants: variants = [] }: DecisionNodeSpec | AgentNodeSpec,
  asked: string,
): string {
  const others = new Set(variants.map(({ agent }) => agent).filter((agent) => agent !== own));
  return others.size === 0 ? asked : `${asked} or ${[...others].join(', ')}`;
}

function mergeLine(spec: MergeNodeSpec, { project, branches }: SecondLineContext): string {
  return [waitsFor(spec, branches), policyOf(spec, project)].filter((part) => part !== '').join(' · ');
}

function closesAs({ status, always_fail: alwaysFails }: EndNodeSpec): string {
  return status === 'failure' || alwaysFails === true ? 'failure' : 'success';
}

function waitsUntil({ timeout }: FeedbackNodeSpec): string {
  return timeout === undefined ? 'waits for an answer' : `waits ${timeout} for an answer`;
}

/** A body in place has the name of its node, which stands above. */
function childLine(spec: MapNodeSpec | RepeatNodeSpec | WorkflowNodeSpec): string {
  const { id, type, workflow } = spec;
  if (type === 'workflow') return workflow;
  const body = workflow === id || workflow.endsWith(`/${id}`) ? '' : ` · ${workflow}`;
  return type === 'map' ? `each of a list${body}` : `up to ${spec.max_iterations} times${body}`;
}

function askedOf(agent: string, { agents, engine }: ProjectSpec): string {
  const model = agents[agent]?.model ?? engine.defaults?.model;
  return model === undefined ? agent : `${agent} · ${model}`;
}

function waitsFor({ join, quorum }: MergeNodeSpec, branches: number): string {
  if (join === 'any') return `takes the first of ${branches}`;
  if (join === 'quorum') return `waits for ${quorum ?? 1} of ${branches}`;
  return `waits for ${branches}`;
}

/** What becomes of the outputs. Nothing for the default, so that a plain join is not crowded. */
function policyOf({ merge = 'dict', agent, tool }: MergeNodeSpec, project: ProjectSpec): string {
  if (merge === 'dict') return '';
  if (merge === 'agent') return askedOf(agent ?? '', project);
  return merge === 'reduce' ? (tool ?? '') : merge;
}
