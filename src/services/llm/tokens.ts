import type { Prompt } from './port.ts';

const charactersPerToken = 4;

/** An estimate for models whose tokenizer is not at hand. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

export function estimatePromptTokens(prompt: Prompt): number {
  const characters = prompt.messages.reduce((sum, { content }) => sum + content.length, prompt.system.length);
  return Math.ceil(characters / charactersPerToken);
}
