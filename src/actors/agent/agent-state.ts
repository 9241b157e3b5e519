import type { MemoryItem } from '../../services/index.ts';
import type { AgentCall, AgentState } from './call.ts';
import { reviseMemory } from './hooked-memory.ts';
import { asText } from './prompt/index.ts';

const idOf = (agent: string): string => `agent_state/${agent}`;

/** Nothing for an agent that has no state. Rejects with what the store rejects with. */
export async function readAgentState({ agent, stores }: AgentCall): Promise<AgentState | undefined> {
  if (agent.stateField === undefined) return undefined;
  const item = await stores.project_store.get(idOf(agent.id));
  return { version: versionOf(item), text: item?.content ?? '' };
}

export interface NewState {
  readonly call: AgentCall;
  readonly output: unknown;
  /** What the agent was shown. */
  readonly shown: AgentState | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly estimateTokens: (text: string) => number;
}

/**
 * Keeps the next version of the state; nothing when the answer has none, or when this stage has kept it before. Where two tasks change
 * it at a time, the last one wins; `based_on` tells which version it had seen.
 */
export async function keepAgentState({
  call,
  output,
  shown,
  at,
  estimateTokens,
}: NewState): Promise<MemoryItem | undefined> {
  const { agent, taskId, stage, idempotencyKey } = call;
  const value = fieldOf(output, agent.stateField);
  if (value === undefined) return undefined;
  const content = asText(value);
  const id = idOf(agent.id);
  return reviseMemory(call, { store: 'project_store', id }, (last) => {
    if (last?.metadata['key'] === idempotencyKey) return undefined;
    const version = versionOf(last) + 1;
    return {
      id,
      kind: 'agent_state',
      source: agent.id,
      timestamp: at,
      tags: [agent.id],
      importance: 0.5,
      token_cost: estimateTokens(content),
      content,
      metadata: { version, based_on: shown?.version ?? 0, task: taskId, stage, key: idempotencyKey },
    };
  });
}

function versionOf(item: MemoryItem | undefined): number {
  const version = item?.metadata['version'];
  return typeof version === 'number' ? version : 0;
}

function fieldOf(output: unknown, field: string | undefined): unknown {
  if (field === undefined || typeof output !== 'object' || output === null || !Object.hasOwn(output, field)) {
    return undefined;
  }
  return new Map<string, unknown>(Object.entries(output)).get(field) ?? undefined;
}
