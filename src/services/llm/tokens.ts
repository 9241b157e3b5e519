import type { CountTokens } from '../tokenizer/index.ts';
import { estimateTokens } from '../tokens.ts';
import type { Prompt, PromptMessage } from './port.ts';

/** What marks the role of a message, and where it begins and ends. */
const tokensOfMessage = 4;

export function estimatePromptTokens(prompt: Prompt): number {
  return countPromptTokens(prompt, estimateTokens);
}

export function countPromptTokens({ system, messages }: Prompt, count: CountTokens): number {
  const parts = messages.flatMap(textsOf);
  return [system, ...parts].reduce((sum, text) => sum + count(text), (messages.length + 1) * tokensOfMessage);
}

function textsOf(message: PromptMessage): readonly string[] {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  return [message.content, ...calls.map(({ tool, arguments: given }) => `${tool} ${JSON.stringify(given) ?? ''}`)];
}
