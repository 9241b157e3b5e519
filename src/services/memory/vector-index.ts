import type { EntryIndex } from './item-table.ts';
import { scoreOf, type Scores } from './scores.ts';
import { readVector } from './vector-text.ts';

export interface VectorIndex extends EntryIndex {
  /** The cosine, where it is above zero. */
  search(vector: Float32Array): Scores;
}

/** The vectors of one model, or of any, with one number of dimensions, in one block of memory: a row for each slot. */
export function createVectorIndex(dimensions: number, model: string | undefined): VectorIndex {
  let rows = new Float32Array(0);
  let isThere = new Uint8Array(0);
  const grow = (slots: number): void => {
    const larger = new Float32Array(slots * dimensions);
    larger.set(rows);
    const flags = new Uint8Array(slots);
    flags.set(isThere);
    [rows, isThere] = [larger, flags];
  };
  return {
    add: ({ item: { embedding }, slot }) => {
      if (embedding === undefined || (model !== undefined && model !== embedding.model)) return;
      if (slot >= isThere.length) grow(Math.max(64, slot + 1, isThere.length * 2));
      const row = rows.subarray(slot * dimensions, (slot + 1) * dimensions);
      isThere[slot] = readVector(embedding.vector, row) ? 1 : 0;
    },
    remove: ({ slot }) => {
      if (slot < isThere.length) isThere[slot] = 0;
    },
    search: (vector) => {
      const scores = new Float64Array(isThere.length);
      for (let slot = 0; slot < isThere.length; slot += 1) {
        if (isThere[slot] === 0) continue;
        const cosine = dot(rows, slot * dimensions, vector);
        if (cosine > 0) scores[slot] = scoreOf(cosine);
      }
      return scores;
    },
  };
}

/** Two sums at once, which processors are faster at. */
function dot(rows: Float32Array, start: number, vector: Float32Array): number {
  let [even, odd] = [0, 0];
  // Beyond the end of the vector stands nothing, which adds nothing.
  for (let index = 0; index < vector.length; index += 2) {
    even += (rows[start + index] ?? 0) * (vector[index] ?? 0);
    odd += (rows[start + index + 1] ?? 0) * (vector[index + 1] ?? 0);
  }
  return even + odd;
}
