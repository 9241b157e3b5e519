import type { FailureCategory } from '../../errors/index.ts';
import type { NodeSpec, NodeType } from '../../manifest/index.ts';
import type { GraphNode } from '../../machines/index.ts';

const ofAgents = ['config', 'agent', 'provider', 'json', 'context', 'memory', 'budget', 'plugin'] as const;
const ofTools = ['config', 'tool', 'permission', 'timeout', 'plugin'] as const;

/** A stage whose work is done by child tasks fails as they do: with any failure there is. */
const ofChildren = [
  ...new Set([...ofAgents, ...ofTools, 'routing', 'branch_failed'] as const),
] satisfies readonly FailureCategory[];

/** Failures that a stage can come to by itself; a bug of the engine, and being cancelled, are left out. */
const byType = {
  agent: () => ofAgents,
  tool: () => ofTools,
  transform: () => ['config'],
  decision: (spec) => (asksAgent(spec) ? ofAgents : asksTool(spec) ? ofTools : ['config']),
  merge: (spec) => [
    ...(asksAgent(spec) ? ofAgents : asksTool(spec) ? ofTools : (['config'] as const)),
    'branch_failed',
  ],
  feedback: () => ['config'],
  map: () => ofChildren,
  repeat: () => ofChildren,
  workflow: () => ofChildren,
  end: () => [],
} as const satisfies Record<NodeType, (spec: NodeSpec) => readonly FailureCategory[]>;

export function failuresOf(node: GraphNode, spec: NodeSpec): readonly FailureCategory[] {
  const found = new Set<FailureCategory>(byType[spec.type](spec));
  const mayTimeOut = node.timeoutMs !== undefined || node.stageTimeoutMs !== undefined;
  if (mayTimeOut && node.onTimeout === undefined) found.add('timeout');
  if (node.isDecision && !node.outbound.some((edge) => edge.kind === 'normal')) found.add('routing');
  return [...found];
}

function asksAgent(spec: NodeSpec): boolean {
  return (spec.type === 'decision' || spec.type === 'merge') && spec.agent !== undefined;
}

function asksTool(spec: NodeSpec): boolean {
  return (spec.type === 'decision' || spec.type === 'merge') && spec.tool !== undefined;
}
