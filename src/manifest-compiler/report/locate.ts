import type { Problem } from '../../errors/index.ts';
import { rangeOfPart } from './part-of-text.ts';
import type { ManifestSource, SourceMap, TextRange } from './source.ts';

/** Lines and columns count from 1, columns in UTF-16 units, as editors count. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Line and column after the culprit, where it is more than a place between two characters. */
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Where a problem is. A file that is not there has its problems at its beginning. */
export function locate(problem: Problem, sources: SourceMap): Location {
  const source = sources.get(problem.file);
  if (source === undefined) return { file: problem.file, line: 1, column: 1 };
  const [start, end] = rangeOfProblem(problem, source);
  const line = lineOf(source.lineStarts(), start);
  const begin = { file: problem.file, line: line + 1, column: start - startOfLine(source, line) + 1 };
  if (end === start) return begin;
  const endLine = lineOf(source.lineStarts(), end);
  return { ...begin, endLine: endLine + 1, endColumn: end - startOfLine(source, endLine) + 1 };
}

/** Offsets of what a problem points at, always inside the text. */
export function rangeOfProblem(problem: Problem, source: ManifestSource): TextRange {
  const whole = problem.range ?? source.rangeOf(problem.path, problem.at ?? 'value');
  const [start, end] = problem.part === undefined ? whole : rangeOfPart(source.text, whole, problem.part);
  const from = Math.max(firstOffset(source.text), Math.min(start, source.text.length));
  return [from, Math.max(from, Math.min(end, source.text.length))];
}

/** Index of the line that holds an offset. */
export function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Offset of the first character of a line that is shown: a byte order mark is no column. */
export function startOfLine(source: ManifestSource, line: number): number {
  return line === 0 ? firstOffset(source.text) : (source.lineStarts()[line] ?? source.text.length);
}

function firstOffset(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0;
}
