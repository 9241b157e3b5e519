import type { TaskRecord } from '../../hosts/index.ts';

/** The agent that a node asks. What a clone of the node did counts as done by the node. */
export function agentOfNode({ runnable }: TaskRecord, nodeId: string): string | undefined {
  const { nodes } = runnable.pipeline.outline;
  const spec = nodes.find((node) => node.spec.id === nodeId || node.standsFor === nodeId)?.spec;
  return spec !== undefined && 'agent' in spec ? spec.agent : undefined;
}

/** Whether a tool node carries out what the node answers. */
export function writesPlan({ runnable }: TaskRecord, nodeId: string): boolean {
  const { nodes } = runnable.pipeline.outline;
  const { standsFor } = nodes.find((node) => node.spec.id === nodeId) ?? {};
  return nodes.some(
    ({ spec }) => spec.type === 'tool' && spec.plan !== undefined && [nodeId, standsFor].includes(spec.plan),
  );
}
