import { packBlocks, type Piece } from './pack.ts';
import type { Block } from './split/block.ts';
import { splitCode } from './split/code.ts';
import { splitJson, splitJsonLines } from './split/json.ts';
import { splitMarkdown } from './split/markdown.ts';
import { splitText } from './split/text.ts';

/** English and code have about four characters a token: bounds of chunks need no more than that. */
const charactersPerToken = 4;

/** A part of a document. */
export interface Chunk {
  readonly text: string;
  /** What it stands below: headings, keys, or the declaration that it is a part of. */
  readonly headings: readonly string[];
  /** The first and the last line, counted from 1. */
  readonly from: number;
  readonly to: number;
}

export interface ChunkLimits {
  /** Tokens of a chunk. */
  readonly maxTokens: number;
  /** Tokens that a chunk repeats of the one before. */
  readonly overlapTokens: number;
}

/** Another one whenever documents are taken apart in another way, so that they are taken in anew. */
export const splitterVersion = 1;

const splitters = {
  markdown: splitMarkdown,
  code: splitCode,
  json: splitJson,
  jsonl: splitJsonLines,
  text: (text: string) => splitText(text),
} as const satisfies Record<string, (text: string, mostCharacters: number) => Block[]>;
export type DocumentFormat = keyof typeof splitters;

/** Chunks smaller than this part of the largest ones take in what follows. */
const smallPart = 1 / 6;
/** Scripts of which each sign is about a token. */
const dense = /[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFFEF]/gu;

/** A text, with line ends of one kind, as chunks in its order. */
export function chunkText(text: string, format: DocumentFormat, { maxTokens, overlapTokens }: ChunkLimits): Chunk[] {
  const perToken = isDense(text) ? 1 : charactersPerToken;
  const most = maxTokens * perToken;
  const overlap = Math.min(overlapTokens * perToken, Math.floor(most / 2));
  const blocks = splitters[format](text, most - overlap);
  const pieces = packBlocks(text, blocks, {
    most,
    overlap,
    fewest: Math.floor(most * smallPart),
    repeatsBlocks: format === 'markdown' || format === 'text',
  });
  const lineAt = lineCounter(text);
  return pieces.map(({ start, end, headings }: Piece) => {
    const part = text.slice(start, end);
    const first = start + (part.length - part.trimStart().length);
    const last = start + part.trimEnd().length;
    // Blank lines around it go; the indentation of its first line does not.
    const shown = part.replace(/^(?:[^\S\n]*\n)+/u, '').trimEnd();
    return { text: shown, headings, from: lineAt(first), to: lineAt(Math.max(first, last - 1)) };
  });
}

function isDense(text: string): boolean {
  const sample = text.slice(0, 20_000);
  return (sample.match(dense)?.length ?? 0) > sample.length / 4;
}

/** The line of a place; places are asked for roughly in order, and found by halving all the same. */
function lineCounter(text: string): (place: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (place) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= place) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
