import { z } from 'zod';
import type { LineMatcher } from './line-matcher.ts';

export const LineMatch = z.strictObject({
  path: z.string(),
  line: z.int().meta({ description: 'From 1.' }),
  column: z.int().meta({ description: 'Where the first match of the line begins, from 1, in UTF-16 units.' }),
  text: z.string().meta({ description: 'The line, or the part of a long one that the match is in.' }),
  clipped: z.literal(true).optional().meta({ description: 'There when the line is longer than what is given.' }),
  before: z.array(z.string()).optional().meta({ description: 'Lines before it.' }),
  after: z.array(z.string()).optional().meta({ description: 'Lines after it.' }),
});
export type LineMatch = z.infer<typeof LineMatch>;

export interface TextSearch {
  readonly path: string;
  readonly text: string;
  readonly matcher: LineMatcher;
  readonly context: number;
  /** No more matches than this. */
  readonly limit: number;
  /** Awaited every few lines: lets others have a turn, and throws when the search is to stop. */
  readonly pause: () => Promise<void>;
}

export interface FoundInText {
  readonly matches: readonly LineMatch[];
  /** A line was longer than the matcher looks. */
  readonly isCut: boolean;
}

const linesBetweenPauses = 64;

/** One match for each line that has any. */
export async function searchText(search: TextSearch): Promise<FoundInText> {
  const { text, matcher, limit, pause } = search;
  const matches: LineMatch[] = [];
  if (!matcher.mayBeIn(text)) return { matches, isCut: false };
  const lines = linesOf(text);
  let isCut = false;
  for (const [index, line] of lines.entries()) {
    if (index % linesBetweenPauses === 0) await pause();
    const isLong = line.length > matcher.maxLineCharacters;
    const at = matcher.find(isLong ? line.slice(0, matcher.maxLineCharacters) : line);
    if (at >= 0) matches.push(matchAt(search, { lines, index, at }));
    else if (isLong) isCut = true;
    if (matches.length >= limit) break;
  }
  return { matches, isCut };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

interface Found {
  readonly lines: readonly string[];
  readonly index: number;
  readonly at: number;
}

function matchAt({ path, context }: TextSearch, { lines, index, at }: Found): LineMatch {
  const line = lines[index] ?? '';
  const text = clip(line, at);
  const before = lines.slice(Math.max(0, index - context), index).map((other) => clip(other, 0));
  const after = lines.slice(index + 1, index + 1 + context).map((other) => clip(other, 0));
  return {
    path,
    line: index + 1,
    column: at + 1,
    text,
    ...(text !== line && { clipped: true as const }),
    ...(before.length > 0 && { before }),
    ...(after.length > 0 && { after }),
  };
}

const maxShown = 400;
const shownBefore = 100;

/** The part of a line around a place, without half characters at its ends. */
function clip(line: string, at: number): string {
  if (line.length <= maxShown) return line;
  const start = Math.max(0, Math.min(at - shownBefore, line.length - maxShown));
  return line.slice(start, start + maxShown).toWellFormed();
}
