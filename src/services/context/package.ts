import type { ContextProfileSpec, CostMode, RetrievalPolicy, StoreName } from '../../manifest/index.ts';
import type { MemoryQuery, MemoryStore } from '../memory/index.ts';
import type { CountTokens } from '../tokenizer/index.ts';
import type { Omitted } from './marker.ts';

/** Where a text stands in a prompt: pinned things first, what is newest and the direct input last. */
export type Place = 'head' | 'middle' | 'tail';

/** Why something is not in the package. What is there in parts is an item that is compressed. */
export const leftOutReasons = {
  budget: 'It did not fit.',
  duplicate: 'The same text is in the package already.',
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
  /** With what stands around it in the prompt. */
  readonly tokens: number;
  readonly place: Place;
  /** That of the item in its store, where it comes from one. */
  readonly id?: string;
  readonly tags?: readonly string[];
  /** Among what was found, 1 for the best. */
  readonly rank?: number;
  /** There when the text was shortened. */
  readonly compressed?: {
    /** What the whole text comes to. */
    readonly from: number;
    /** What the markers in the text stand for. */
    readonly omitted: Omitted;
  };
}

export interface LeftOut {
  readonly source: string;
  readonly tokens: number;
  readonly reason: LeftOutReason;
  /** How the text begins, in one line, so that people know which one it is. */
  readonly begins: string;
  readonly id?: string;
  readonly rank?: number;
}

export interface Denied extends Omitted {
  /** What keeps items out, in words: "kind observation", "tag secret". */
  readonly by: readonly string[];
}

/** What an agent is shown, in order, and what it is not shown. Plain JSON. */
export interface ContextPackage {
  readonly items: readonly PackageItem[];
  /** What was looked at and is not shown. */
  readonly leftOut: readonly LeftOut[];
  /** What the profile allows besides, and what was not looked at: it ranks lower, or has nothing in common with what is asked. */
  readonly rest: Omitted;
  /** What the stores hold besides, and the profile keeps from the agent. */
  readonly denied: Denied;
  /** Those that were asked. */
  readonly stores: readonly StoreName[];
  /** How what they hold was ranked. */
  readonly policy: RetrievalPolicy;
  /** Of all items; never more than the budget. */
  readonly tokens: number;
  readonly budget: number;
  readonly costMode: CostMode;
  /** Tokens of the texts that are shown by those that they have as a whole: 1 when none was shortened. */
  readonly compressionRatio: number;
  /** SHA-256 in hex of what is shown, its tags and the mode: equal packages have equal fingerprints. */
  readonly fingerprint: string;
}

/** What the policies look for. */
export type ContextQuestion = Omit<MemoryQuery, 'policy' | 'kinds' | 'tags' | 'deny' | 'limit' | 'maxTokens'>;

export interface ContextRequest {
  readonly profile: ContextProfileSpec;
  readonly stores: Readonly<Partial<Record<StoreName, Pick<MemoryStore, 'query' | 'stats'>>>>;
  /** Of the task, for profiles that go by them. Default: none. */
  readonly tags?: readonly string[];
  readonly question: ContextQuestion;
  readonly pinned: readonly PinnedText[];
  /** The input of the stage as text; may be empty. */
  readonly direct: string;
  /** What the model has room for; the profile may allow less. */
  readonly maxTokens: number;
  /** How the texts of the model are counted. */
  readonly count: CountTokens;
  /** What stands around a text from a source in the prompt. Default: nothing. */
  readonly frame?: (source: string) => string;
}
