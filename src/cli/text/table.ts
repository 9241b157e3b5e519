import type { Output } from '../context.ts';
import { lineOf, type Piece } from '../progress/line.ts';
import { textWidth } from './safe-text.ts';

/** A cell and how it is coloured. */
export type Cell = Piece;

/** Rows in columns. A terminal that is too narrow for them cuts them off; a pipe gets them whole. */
export function tableLines(rows: readonly (readonly Cell[])[], output: Output): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, [text]] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, textWidth(text));
  }
  const columns = output.isTerminal ? output.columns() : Number.MAX_SAFE_INTEGER;
  return rows.map((row) => {
    const last = row.findLastIndex(([text]) => text !== '');
    const pieces = row.slice(0, last + 1).flatMap((cell, at) => padded(cell, at === last ? 0 : (widths[at] ?? 0)));
    return lineOf(pieces, columns);
  });
}

function padded([text, paint]: Cell, width: number): readonly Piece[] {
  if (width === 0) return [paint === undefined ? [text] : [text, paint]];
  const space: Piece = [' '.repeat(Math.max(0, width - textWidth(text)) + 2)];
  return [paint === undefined ? [text] : [text, paint], space];
}
