import type { Block } from './block.ts';

/** The lines of a text as ranges, without their line ends. */
export function* linesOf(
  text: string,
  from = 0,
  to = text.length,
): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = from; start < to;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 || found > to ? to : found;
    yield { start, end };
    start = end + 1;
  }
}

export function isBlank(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  // A line may be as long as the text; blank ones mostly end soon.
  for (let at = start; at < end; at += 1) if (!/\s/u.test(text.charAt(at))) return false;
  return true;
}

/** A part of a text, and what it stands below. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
  readonly headings: readonly string[];
}

/** Paragraphs: what blank lines separate. */
export function splitText(text: string, range: TextRange = { from: 0, to: text.length, headings: [] }): Block[] {
  const { from, to, headings } = range;
  const blocks: Block[] = [];
  let open: { start: number; end: number } | undefined;
  for (const line of linesOf(text, from, to)) {
    if (isBlank(text, line)) {
      if (open !== undefined) blocks.push({ ...open, headings });
      open = undefined;
    } else open = { start: open?.start ?? line.start, end: line.end };
  }
  if (open !== undefined) blocks.push({ ...open, headings });
  return blocks;
}
