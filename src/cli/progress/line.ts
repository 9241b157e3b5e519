import { stripVTControlCharacters } from 'node:util';
import { fitWidth, textWidth } from '../text/safe-text.ts';

/** A piece of a line and how it is coloured. */
export type Piece = readonly [text: string, paint?: (text: string) => string];

/** One line that never wraps: what does not fit is cut off, whatever the colours. */
export function lineOf(pieces: readonly Piece[], columns: number): string {
  let left = columns - 1; // the last column makes some terminals wrap
  let line = '';
  for (const [text, paint] of pieces) {
    const fitted = fitWidth(text, left);
    left -= fitted === text ? textWidth(text) : left;
    line += paint === undefined || fitted === '' ? fitted : paint(fitted);
    if (left <= 0) break;
  }
  return line;
}

/** How many rows more than one each the lines take on a terminal of this width. */
export function brokenRows(lines: readonly string[], columns: number): number {
  const rows = lines.map((line) => Math.max(1, Math.ceil(textWidth(stripVTControlCharacters(line)) / columns)));
  return rows.reduce((sum, count) => sum + count, 0) - lines.length;
}
