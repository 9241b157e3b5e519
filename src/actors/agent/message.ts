import type { MemoryItem } from '../../services/index.ts';
import { asText } from './prompt/index.ts';

/** What an agent said at a stage. */
export interface AgentMessage {
  readonly taskId: string;
  readonly stage: string;
  readonly agent: string;
  readonly output: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly estimateTokens: (text: string) => number;
}

/** The message as the task's memory keeps it. A stage that runs again replaces what it said before. */
export function messageItem({ taskId, stage, agent, output, at, estimateTokens }: AgentMessage): MemoryItem {
  const content = asText(output);
  return {
    id: `${taskId}/${stage}`,
    kind: 'message',
    source: agent,
    timestamp: at,
    tags: [stage],
    importance: 0.5,
    token_cost: estimateTokens(content),
    content,
    metadata: {},
  };
}
