import { distance } from 'fastest-levenshtein';

/** The known word that a typo most likely stands for. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const beginning = word.length < 3 ? undefined : known.find((candidate) => candidate.startsWith(word));
  if (beginning !== undefined) return beginning;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const changes = distance(word.toLowerCase(), candidate.toLowerCase());
    if (changes < bestDistance) [best, bestDistance] = [candidate, changes];
  }
  return best;
}
