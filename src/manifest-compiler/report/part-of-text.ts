import type { Problem } from '../../errors/index.ts';
import type { TextRange } from './source.ts';

const longestPart = 1_000;

/**
 * A part of a text, told by what it says and not by its offsets: in the file the text may be quoted, folded or indented.
 * Nothing where that would not tell, as for an empty part or one over several lines.
 */
export function partOfText(text: string, start: number, end: number): Problem['part'] {
  // Where something is missing, what stands before it is pointed at.
  const from = start < end ? start : Math.max(0, text.slice(0, start).trimEnd().length - 1);
  const part = text.slice(from, Math.max(end, from)).trim();
  if (part === '' || part.length > longestPart || /[\r\n]/u.test(part)) return undefined;
  const place = text.indexOf(part, from);
  let occurrence = 0;
  for (let at = text.indexOf(part); at !== -1 && at < place; at = text.indexOf(part, at + 1)) occurrence += 1;
  return { text: part, occurrence };
}

/** Where a part stands within a range of a file; the whole range where the file writes it in another way. */
export function rangeOfPart(file: string, [start, end]: TextRange, part: NonNullable<Problem['part']>): TextRange {
  let at = file.indexOf(part.text, start);
  for (let count = 0; count < part.occurrence && at !== -1; count += 1) at = file.indexOf(part.text, at + 1);
  const partEnd = at + part.text.length;
  return at === -1 || partEnd > end ? [start, end] : [at, partEnd];
}
