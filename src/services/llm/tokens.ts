import { charactersPerToken } from '../tokens.ts';
import type { Prompt, PromptMessage } from './port.ts';

export function estimatePromptTokens(prompt: Prompt): number {
  const characters = prompt.messages.reduce((sum, message) => sum + lengthOf(message), prompt.system.length);
  return Math.ceil(characters / charactersPerToken);
}

function lengthOf(message: PromptMessage): number {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const written = calls.map(({ tool, arguments: given }) => tool.length + (JSON.stringify(given) ?? '').length);
  return written.reduce((sum, length) => sum + length, message.content.length);
}
