import type { ContextProfileSpec, StoreName } from '../../manifest/index.ts';
import type { MemoryStore } from '../memory/index.ts';

/** Where a text stands in a prompt: pinned things first, what is newest and the direct input last. */
export type Place = 'head' | 'middle' | 'tail';

/** Why something is not in the package, or not as a whole. */
export const leftOutReasons = {
  budget: 'It did not fit.',
  duplicate: 'The same text is in the package already.',
  shortened: 'The direct input alone was too large, so its end was cut off.',
} as const satisfies Record<string, string>;
export type LeftOutReason = keyof typeof leftOutReasons;

export interface PinnedText {
  readonly source: string;
  readonly text: string;
}

export interface PackageItem {
  /** The store and the source of the item in it ("task_store/gather"), the source of a pinned text, "direct" or "left_out". */
  readonly source: string;
  readonly text: string;
  readonly tokens: number;
  readonly place: Place;
}

export interface LeftOut {
  readonly source: string;
  readonly tokens: number;
  readonly reason: LeftOutReason;
}

/** What an agent is shown, in order, and what it is not shown. */
export interface ContextPackage {
  readonly items: readonly PackageItem[];
  readonly leftOut: readonly LeftOut[];
  /** Of all items; never more than the budget. */
  readonly tokens: number;
  /** SHA-256 of the items in hex: equal packages have equal fingerprints. */
  readonly fingerprint: string;
}

export interface ContextRequest {
  readonly profile: ContextProfileSpec;
  readonly stores: Readonly<Partial<Record<StoreName, Pick<MemoryStore, 'query'>>>>;
  /** What the policies `keyword` and `hybrid` look for. */
  readonly query: string;
  readonly pinned: readonly PinnedText[];
  /** The input of the stage as text; may be empty. */
  readonly direct: string;
  /** What the model has room for; the profile may allow less. */
  readonly maxTokens: number;
}
