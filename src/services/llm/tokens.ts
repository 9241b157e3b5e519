import { charactersPerToken } from '../tokens.ts';
import type { Prompt } from './port.ts';

export function estimatePromptTokens(prompt: Prompt): number {
  const characters = prompt.messages.reduce((sum, { content }) => sum + content.length, prompt.system.length);
  return Math.ceil(characters / charactersPerToken);
}
