import { charactersPerToken } from '../tokens.ts';

/** The longest beginning of a text that has so many tokens, cut between words where a gap is near. */
export function firstTokens(text: string, tokens: number): string {
  const limit = Math.max(0, tokens) * charactersPerToken;
  if (text.length <= limit) return text;
  const start = text.slice(0, limit);
  const gap = Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'));
  const cut = gap > limit / 2 ? start.slice(0, gap) : start;
  // A cut must not divide the two halves of a character such as an emoji.
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
