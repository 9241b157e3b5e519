import type { MemoryItem } from './port.ts';

/** How well each item that shares a word with the text answers it: rare words count more (inverse document frequency). */
export function keywordScores(items: readonly MemoryItem[], text: string): ReadonlyMap<MemoryItem, number> {
  const wanted = wordsOf(text);
  const found = new Map<MemoryItem, string[]>();
  const frequency = new Map<string, number>();
  for (const item of items) {
    const words = wordsOf(`${item.content} ${item.tags.join(' ')}`);
    const shared = [...wanted].filter((word) => words.has(word));
    if (shared.length > 0) found.set(item, shared);
    for (const word of shared) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const rarity = (word: string): number => Math.log(1 + items.length / (frequency.get(word) ?? 1));
  return new Map([...found].map(([item, words]) => [item, words.reduce((sum, word) => sum + rarity(word), 0)]));
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu),
  );
}
