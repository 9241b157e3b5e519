import type { TaskRecord } from '../../hosts/index.ts';
import type { NodeSpec } from '../../manifest/index.ts';

/** The agent that a node asks, or did ask where agents take turns. What a clone of the node did counts as done by the node. */
export function agentOfNode({ runnable, trace }: TaskRecord, nodeId: string): string | undefined {
  const { nodes } = runnable.pipeline.outline;
  const found = nodes.filter((node) => node.spec.id === nodeId || node.standsFor === nodeId);
  const [asked] = found.flatMap(({ spec }) => trace.get(spec.id)?.agent ?? []);
  const spec = found[0]?.spec;
  return asked ?? (spec !== undefined && 'agent' in spec ? spec.agent : undefined);
}

/** The tool that a node runs; none where it carries out a plan. */
export function toolOfNode(task: TaskRecord, nodeId: string): string | undefined {
  const spec = specOf(task, nodeId);
  return spec !== undefined && 'tool' in spec ? spec.tool : undefined;
}

function specOf({ runnable }: TaskRecord, nodeId: string): NodeSpec | undefined {
  return runnable.pipeline.outline.nodes.find((node) => node.spec.id === nodeId || node.standsFor === nodeId)?.spec;
}

/** The node of the manifest that a stage belongs to: a clone stands for another one. */
export function nodeOf({ runnable }: TaskRecord, nodeId: string): string {
  return runnable.pipeline.outline.nodes.find(({ spec }) => spec.id === nodeId)?.standsFor ?? nodeId;
}

/** Whether a tool node carries out what the node answers. */
export function writesPlan({ runnable }: TaskRecord, nodeId: string): boolean {
  const { nodes } = runnable.pipeline.outline;
  const { standsFor } = nodes.find((node) => node.spec.id === nodeId) ?? {};
  return nodes.some(
    ({ spec }) => spec.type === 'tool' && spec.plan !== undefined && [nodeId, standsFor].includes(spec.plan),
  );
}
