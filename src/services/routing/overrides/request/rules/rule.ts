import type { OverrideSpec } from '../../../../../manifest/index.ts';
import type { Captures, RequestNames } from '../pattern.ts';

/** An override without its place: what a rule reads from words. */
export type OverrideDraft = DraftOf<OverrideSpec>;

type DraftOf<Spec extends OverrideSpec> = Spec extends OverrideSpec
  ? Omit<Spec, 'id' | 'scope' | 'severity'> & { readonly scope?: Spec['scope'] }
  : never;

export interface RequestRule {
  readonly id: string;
  /** See pattern.ts. */
  readonly says: readonly string[];
  /** What has to be around the words: the beginning of a clause before them (it is an order), its end behind them, or both. */
  readonly stands: 'first' | 'last' | 'alone';
  /** Goes on to the end of the sentence, which it wants to know. */
  readonly takesRest?: true;
  readonly read: (captures: Captures, names: RequestNames) => OverrideDraft | undefined;
}

/** The name as it is declared, if it is. */
export function known(names: readonly string[], said: string | undefined): string | undefined {
  return names.find((name) => name.toLowerCase() === said?.toLowerCase());
}

const never = "don't|dont|never";

/** Each way to say that something is not to be done. */
export function donts(rest: string): readonly string[] {
  return [`${never} ${rest}`, `do not ${rest}`];
}

/** Bounds before a number. */
export const bounds = ['at most|max|maximum', 'up to', 'no|not more than', 'less than'];

export const speak = 'explain|describe|answer|reply|respond|summarise|summarize|report|tell|say|write|show|list|review';
