import type { ErrorCode } from './codes.ts';

export type ProblemPath = readonly (string | number)[];

/** Something wrong in a manifest, as data. Position and code frame are added when it is printed. */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning';
  /** One full sentence. */
  readonly message: string;
  /** What to do, as an order. */
  readonly hint?: string;
  /** File it is in, relative to the project directory, with "/" on every system. */
  readonly file: string;
  /** Way from the root of the file to the culprit; the culprit is a key when `at` is 'key'. */
  readonly path: ProblemPath;
  /** What to point at: the value (default), or the key that holds it. */
  readonly at?: 'key' | 'value';
  /** The part of a text to point at: its n-th occurrence, from 0, in what stands at the path. */
  readonly part?: { readonly text: string; readonly occurrence: number };
  /** Offsets into the file, in UTF-16 units, for findings that no path can name (syntax errors). */
  readonly range?: readonly [start: number, end: number];
}
