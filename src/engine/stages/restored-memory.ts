import { messageItem, observationItem } from '../../actors/index.ts';
import type { TaskRecord } from '../../hosts/index.ts';
import type { MemoryItem } from '../../services/index.ts';
import { agentOfNode, toolOfNode } from './agent-of-node.ts';
import type { ToolMemoryOptions } from './tool-memory.ts';

/** What a tool gave to an agent or a tool plan. */
export interface Observed {
  readonly stage: string;
  readonly step: string;
  readonly tool: string;
  readonly output: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Remembered {
  readonly memory: ToolMemoryOptions;
  readonly observed: readonly Observed[];
}

/** What the memory of a task held, from what is kept of its stages. The arguments of calls are not: they are left out. */
export function restoredItems(task: TaskRecord, { memory, observed }: Remembered): readonly MemoryItem[] {
  const { estimateTokens, memoryTools, kept } = memory;
  if (!kept.has('task_store')) return [];
  const about = { taskId: task.creation.id, estimateTokens };
  const ofStages = [...task.trace.values()].flatMap((record): MemoryItem[] => {
    if (record.status !== 'done') return [];
    const { node: stage, output, started_at, ended_at } = record;
    const at = ended_at ?? started_at;
    const agent = agentOfNode(task, stage);
    if (agent !== undefined) return [messageItem({ ...about, stage, agent, output, at })];
    const tool = toolOfNode(task, stage);
    if (tool === undefined || memoryTools.has(tool)) return [];
    return [observationItem({ ...about, stage, tool, output, at, arguments: undefined, place: stage })];
  });
  const ofCalls = observed.flatMap(({ stage, step, tool, output, at }): MemoryItem[] => {
    if (memoryTools.has(tool)) return [];
    const place = `${stage}/tool/${step}`;
    return [observationItem({ ...about, stage: `${stage}/${step}`, tool, output, at, arguments: undefined, place })];
  });
  return [...ofStages, ...ofCalls];
}
