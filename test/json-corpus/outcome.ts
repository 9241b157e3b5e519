/** What is to come of a text: the value, or the category of the error. More than one may be right; the first is the best. */
export type Category = 'syntax' | 'minor' | 'major';
export type Outcome = { readonly ok: unknown } | { readonly error: Category };
export type Expected = readonly [Outcome, ...Outcome[]];
export type Schema = Readonly<Record<string, unknown>>;

export interface Kind {
  readonly kind: string;
  readonly schema: Schema;
  readonly cases: readonly (readonly [raw: string, expected: Expected])[];
}

export const ok = (value: unknown): Expected => [{ ok: value }];
export const syntax: Expected = [{ error: 'syntax' }];
export const minor: Expected = [{ error: 'minor' }];
export const major: Expected = [{ error: 'major' }];
/** Where the policy lets two verdicts be defended. */
export const either = (first: Expected, ...others: readonly Expected[]): Expected => [first[0], ...others.flat()];
export const unreadable = either(syntax, minor);
export const unusable = either(minor, major);
