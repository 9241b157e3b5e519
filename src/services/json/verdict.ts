import type { SchemaFinding } from './finding.ts';

/** What kind of error a text is, by what is to be done about it: ask again for a part, or from the start. */
export const verdictCategories = {
  syntax: 'The text is an attempt at the JSON that was asked for, but it cannot be read safely.',
  minor: 'A document was read and is the one that was asked for, but a part of it does not fit.',
  major: 'The text holds no usable answer.',
} as const satisfies Record<string, string>;
export type VerdictCategory = keyof typeof verdictCategories;

/** One change to how the data was written. */
export interface RepairAction {
  /** What was done, such as "surplus_comma", "string_to_number" or "default". */
  readonly kind: string;
  /** JSON pointer (RFC 6901) to the value; "" is the whole document. */
  readonly path: string;
  /** False when something that stood in the text is not in the value, or more may have been meant to follow. */
  readonly lossless: boolean;
  /** Where in the text, for changes of punctuation. */
  readonly offset?: number;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What was done to a text to get its value. */
export interface Repair {
  /** The error that the text would have been without repair; "none" for one that was valid. */
  readonly category: VerdictCategory | 'none';
  /** 0: valid as it was written, 1: the syntax was repaired, 2: the schema told what was meant. */
  readonly tier: 0 | 1 | 2;
  readonly lossless: boolean;
  /** In the order of the text, first those of syntax; empty for an untouched document. */
  readonly actions: readonly RepairAction[];
  /** Changes beyond the number that is listed. */
  readonly unlisted: number;
}

/** A value that fits the schema, and how it was read. */
export interface Repaired {
  readonly value: unknown;
  readonly repair: Repair;
}

/** Why a text has no value. Its findings name path, rule and value; the rule "cut" says that the text ends too early. */
export interface Refused {
  readonly category: VerdictCategory;
  /** One full sentence. */
  readonly message: string;
  readonly findings: readonly SchemaFinding[];
}

export type Verdict = Repaired | Refused;
