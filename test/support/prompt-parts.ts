import type { AgentCall } from '../../src/actors/index.ts';
import { buildPrompt, type PromptParts } from '../../src/actors/agent/prompt/index.ts';
import { hashOf } from '../../src/hosts/index.ts';
import type { JsonSchema } from '../../src/manifest/index.ts';
import type { ContextPackage, ModelTool, Prompt } from '../../src/services/index.ts';
import { agentCall } from './agent-call.ts';

export const lookUp: ModelTool = {
  name: 'look_up',
  description: 'Finds a word in the dictionary.',
  inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
};

export interface PromptChanges {
  readonly call?: Partial<AgentCall>;
  readonly mode?: string;
  readonly schema?: JsonSchema;
  readonly context?: ContextPackage;
  readonly tools?: readonly ModelTool[];
  readonly toolUse?: PromptParts['toolUse'];
}

/** The prompt of the agent "writer" at stage "write", with something changed. */
export function promptFrom(changes: PromptChanges = {}): Prompt {
  const { call = {}, mode = 'normal', schema, context, tools = [], toolUse = 'plan' } = changes;
  const changed = agentCall('reply: hello', { mode, ...call });
  return buildPrompt({ call: changed, context, schema, tools, toolUse, hash: hashOf });
}

export function packageOf(...items: readonly Omit<ContextPackage['items'][number], 'tokens'>[]): ContextPackage {
  const none = { items: 0, tokens: 0 };
  const missing = { leftOut: [], rest: none, denied: { ...none, by: [] } };
  const account = { ...missing, stores: [], policy: 'recency', budget: 1_000, costMode: 'balanced' } as const;
  const shown = items.map((item) => ({ ...item, tokens: 1 }));
  return { items: shown, ...account, tokens: items.length, compressionRatio: 1, fingerprint: '' };
}
