import type { CountTokens } from '../tokenizer/index.ts';
import { marker, type Omitted } from './marker.ts';
import type { ContextRequest } from './package.ts';

/** What parts of a package come to in the prompt of its model. */
export interface Measure {
  readonly count: CountTokens;
  /** Of what stands around a text from a source. */
  readonly frame: (source: string) => number;
  /** Of the item that says how much was left out. */
  readonly note: (omitted: Omitted) => number;
}

export function measureFor({ count, frame }: Pick<ContextRequest, 'count' | 'frame'>): Measure {
  const frames = new Map<string, number>();
  return {
    count,
    frame: (source) => {
      const known = frames.get(source);
      if (known !== undefined || frame === undefined) return known ?? 0;
      const tokens = count(frame(source));
      frames.set(source, tokens);
      return tokens;
    },
    note: (omitted) => count(marker(omitted)) + (frame === undefined ? 0 : 1), // and the end of its line
  };
}

export function sumOf(parts: readonly { readonly tokens: number }[]): number {
  return parts.reduce((sum, part) => sum + part.tokens, 0);
}
