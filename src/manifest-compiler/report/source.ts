import type { ProblemPath } from '../../errors/index.ts';

export type TextRange = readonly [start: number, end: number];

/** The text of a file with the way from a path to its place; nothing is computed before it is asked for. */
export interface ManifestSource {
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of every line. */
  lineStarts(): readonly number[];
  /** Place of a value or of the key that holds it; that of the nearest part around it where the path leads nowhere. */
  rangeOf(path: ProblemPath, at: 'key' | 'value'): TextRange;
}

/** Sources by file, relative to the project directory. */
export type SourceMap = ReadonlyMap<string, ManifestSource>;

export type RangeFinder = ManifestSource['rangeOf'];

/** A manifest with its text, for problems that name a line and a column of it. */
export function createSource(file: string, text: string, rangeOf: RangeFinder): ManifestSource {
  let starts: readonly number[] | undefined;
  return { file, text, rangeOf, lineStarts: () => (starts ??= findLineStarts(text)) };
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
