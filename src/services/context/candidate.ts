import type { MemoryItem } from '../memory/index.ts';

/** Something from a store that may be shown. */
export interface Candidate {
  readonly source: string;
  readonly text: string;
  /** With what stands around it. */
  readonly tokens: number;
  readonly item: MemoryItem;
  /** Among what was found, 1 for the best. */
  readonly rank?: number;
}
