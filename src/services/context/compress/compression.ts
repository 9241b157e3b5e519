import type { CountTokens } from '../../tokenizer/index.ts';
import type { Omitted } from '../marker.ts';

export interface Compression {
  readonly count: CountTokens;
  /** The words of what is asked. */
  readonly wanted: ReadonlySet<string>;
}

export interface Compressed {
  readonly text: string;
  readonly tokens: number;
  /** What the markers in the text stand for. */
  readonly omitted: Omitted;
}

/** Shortens a text to at most so many tokens; undefined when nothing of it would be left. */
export type Shorten = (target: number) => Compressed | undefined;
