/** English and code have about four characters a token. */
export const charactersPerToken = 4;

/** An estimate for models whose tokenizer is not at hand. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}
