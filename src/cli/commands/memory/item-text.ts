import type { MemoryItem } from '../../../engine/index.ts';

/** An item as data: its vector is a thousand numbers that say nothing to anybody. */
export function itemJson({ embedding, ...item }: MemoryItem): unknown {
  return embedding === undefined ? item : { ...item, embedding: { model: embedding.model } };
}
