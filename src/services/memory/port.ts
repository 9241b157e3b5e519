import { z } from 'zod';
import type { DenySpec, RetrievalPolicy } from '../../manifest/index.ts';

/** One thing worth remembering. `kind` says what it is (`message`, `observation`, `decision`…), `source` where it came from. */
export const MemoryItem = z.strictObject({
  id: z.string().min(1),
  kind: z.string().min(1),
  source: z.string(),
  /** Epoch in milliseconds. */
  timestamp: z.number(),
  tags: z.array(z.string()).readonly(),
  importance: z.number().min(0).max(1),
  token_cost: z.int().min(0),
  content: z.string(),
  metadata: z.record(z.string(), z.json()).readonly(),
  /** What `semantic` and `hybrid` compare. `vector` is base64 of 32-bit floats, little-endian, of length 1. */
  embedding: z
    .strictObject({ model: z.string().min(1), vector: z.base64() })
    .readonly()
    .exactOptional(),
});
export type MemoryItem = Readonly<z.infer<typeof MemoryItem>>;

export interface MemoryQuery {
  /** Items of any of these kinds. */
  readonly kinds?: readonly string[];
  /** Items with all of these tags. */
  readonly tags?: readonly string[];
  /** Items with any of these kinds, tags or sources are as if they were not there. */
  readonly deny?: DenySpec;
  /** What the policies `keyword` and `hybrid` look for. */
  readonly text?: string;
  /** The same text as a vector of length 1, for `semantic` and `hybrid`. Items with another number of dimensions have no place there. */
  readonly vector?: Float32Array;
  /** The model that made `vector`: items of other models have no place either. */
  readonly vectorModel?: string;
  readonly policy: RetrievalPolicy;
  readonly limit?: number;
  /** An item that would go beyond it is passed over, and the next one is tried. */
  readonly maxTokens?: number;
}

/** Which items are counted. */
export type MemoryFilter = Pick<MemoryQuery, 'kinds' | 'tags' | 'deny'>;

export interface MemoryStats {
  readonly items: number;
  readonly tokens: number;
  /** Items that `max_messages` has pushed out since the store was opened. */
  readonly forgotten: number;
}

/** What an agent may remember. A method rejects with an EngineError: MEMORY_STORE_UNREADABLE, MEMORY_STORE_UNWRITABLE, ENGINE_CLOSED. */
export interface MemoryStore {
  /** Kept when it resolves. An item whose id is there already replaces the old one, so that a stage may run again. */
  append(items: readonly MemoryItem[]): Promise<void>;
  get(id: string): Promise<MemoryItem | undefined>;
  /**
   * Replaces an item by what `next` makes of it, or of nothing; nobody else writes in between, in this process or another. Where `next`
   * gives nothing, all stays as it is. Answers the item that is kept now, if there is a new one.
   */
  revise(
    id: string,
    next: (current: MemoryItem | undefined) => MemoryItem | undefined,
  ): Promise<MemoryItem | undefined>;
  /** Best first, ties by id. */
  query(query: MemoryQuery): Promise<readonly MemoryItem[]>;
  /** Whether the item was there. */
  delete(id: string): Promise<boolean>;
  /** Of all items, or of those that pass a filter. */
  stats(filter?: MemoryFilter): Promise<MemoryStats>;
  close(): Promise<void>;
}
