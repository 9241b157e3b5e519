import type { MemoryItem, MemoryQuery } from './port.ts';
import { decodeVector } from './vector-text.ts';

/** Cosines that the order of additions may tell apart are one. */
const precision = 1e6;

/** How near each item is to the vector of the query: the cosine, where it is above zero. */
export function semanticScores(
  items: readonly MemoryItem[],
  { vector, vectorModel }: Pick<MemoryQuery, 'vector' | 'vectorModel'>,
): ReadonlyMap<MemoryItem, number> {
  const scores = new Map<MemoryItem, number>();
  if (vector === undefined) return scores;
  for (const item of items) {
    const { embedding } = item;
    if (embedding === undefined || (vectorModel !== undefined && vectorModel !== embedding.model)) continue;
    const score = cosine(decodeVector(embedding.vector), vector);
    if (score > 0) scores.set(item, score);
  }
  return scores;
}

/** Of vectors of length 1. */
function cosine(left: Float32Array | undefined, right: Float32Array): number {
  if (left?.length !== right.length) return 0;
  let sum = 0;
  for (const [index, number] of left.entries()) sum += number * (right[index] ?? 0);
  return Math.round(sum * precision) / precision;
}
