/** What a text says, with what a JavaScript value would lose: the digits as written, and words that no quotes are around. */
export type JsonNode =
  | { readonly kind: 'string'; readonly text: string }
  | {
      readonly kind: 'number';
      readonly text: string;
      readonly value: number;
      /** It came as a value, and its digits may have been others. */
      readonly isParsed?: true;
    }
  | { readonly kind: 'literal'; readonly value: boolean | null }
  | { readonly kind: 'word'; readonly text: string }
  | ListNode
  | ObjectNode;

export interface ListNode {
  readonly kind: 'list';
  readonly items: JsonNode[];
}
export interface ObjectNode {
  readonly kind: 'object';
  readonly members: Map<string, JsonNode>;
}

/** Why a text cannot be read safely. */
export const faultReasons = {
  cut: 'the text ends inside of a value, so that the value is unknown',
  elided: 'something was left out on purpose',
  missing: 'a value is missing',
  ambiguous: 'the text can be read in more than one way',
  depth: 'the text is nested too deeply',
} as const satisfies Record<string, string>;
export type FaultReason = keyof typeof faultReasons;

export interface Fault {
  readonly reason: FaultReason;
  readonly offset: number;
  /** JSON pointer to what was being read. */
  readonly path: string;
}

/** A change in how the data is written. */
export interface Fix {
  readonly kind: string;
  readonly offset: number;
  readonly path: string;
  readonly lossless: boolean;
}

/** What became of reading one document. */
export interface Reading {
  /** What was read, also of a text with a fault: only good for telling what it was meant to be. */
  readonly root: JsonNode | undefined;
  readonly start: number;
  readonly end: number;
  readonly fault: Fault | undefined;
  readonly fixes: readonly Fix[];
  readonly fixCount: number;
  /** Closing brackets were missing at the end. */
  readonly isOpen: boolean;
  /** Quotes, colons or numbers were read: this is JSON, not a bracket in prose. */
  readonly isAttempt: boolean;
}
