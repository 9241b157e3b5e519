const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Widths of bold letters in thousandths of the font size, of the widest font that is usual: Node has no canvas to measure with. */
const letterGroups: Readonly<Record<number, string>> = {
  290: "ijlI.,:;'|! /\\·",
  370: 'f-t()[]`',
  410: 'r*{}^"',
  560: 'z_s',
  590: 'acekvxyJ0123456789$#',
  640: 'bdghnopqu?~=<>+LTFZ×',
  720: 'ABCDEHKNPRSUVXY&',
  820: 'GOQMw',
  960: 'mW%@',
};

const letterWidths = new Map(
  Object.entries(letterGroups).flatMap(([width, letters]) =>
    Array.from(letters, (letter): [string, number] => [letter, Number(width)]),
  ),
);

const otherLetter = 720;
const wideLetter = 1_050;
const pictureLetter = 1_300;

/** Letters as readers count them: an emoji or a letter with its accents is one. */
function lettersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How wide a line is at most, in pixels. */
export function textWidth(text: string, size: number, weight: 'bold' | 'regular' = 'bold'): number {
  const factor = weight === 'bold' ? 1 : 0.96;
  let width = 0;
  for (const letter of lettersOf(text)) width += letterWidths.get(letter) ?? otherWidth(letter);
  return (width * size * factor) / 1_000;
}

function otherWidth(letter: string): number {
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(letter)) return pictureLetter;
  if (/[\u1100-\u11FF\u2190-\u2BFF\u2E80-\uA4CF\uAC00-\uD7FF\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFFEF…—]/u.test(letter)) {
    return wideLetter;
  }
  return /[\u{20000}-\u{3FFFF}]/u.test(letter) ? wideLetter : otherLetter;
}

/** One line of what may be any text: no line breaks, nothing that turns the direction of what follows. */
export function plainLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\uFFFE\uFFFF]+/gu, ' ')
    .trim();
}

/** One line of so many letters at most: what is too long loses its middle, since names differ at their ends. */
export function withoutMiddle(text: string, most: number): string {
  const letters = lettersOf(plainLine(text));
  return shortened(
    letters,
    letters.map(() => 1),
    { width: most, ellipsis: 1 },
  );
}

export interface LineLimits {
  readonly size: number;
  readonly width: number;
  readonly lines: 1 | 2;
  readonly weight?: 'bold' | 'regular';
}

/** A text on one line or two that are no wider than allowed; what is too long loses its middle, since names differ at their ends. */
export function fitLines(text: string, limits: LineLimits): readonly string[] {
  const { size, width, lines, weight = 'bold' } = limits;
  const line = plainLine(text);
  if (line === '') return [];
  const letters = lettersOf(line);
  if (textWidth(line, size, weight) <= width) return [line];
  const measured = letters.map((letter) => textWidth(letter, size, weight));
  const first = lines === 1 ? 0 : firstBreak(letters, measured, width);
  const head = letters.slice(0, first).join('').trim();
  const rest = shortened(letters.slice(first), measured.slice(first), { width, ellipsis: 13 });
  return head === '' ? [rest] : [head, rest];
}

/** After which letter a first line ends: between words, where both lines are shortest; else where it is full. */
function firstBreak(letters: readonly string[], widths: readonly number[], width: number): number {
  const total = widths.reduce((sum, each) => sum + each, 0);
  let [sum, end] = [0, 0];
  let best = { place: 0, longer: Infinity };
  for (; end < letters.length; end += 1) {
    sum += widths[end] ?? 0;
    if (sum > width) break;
    // What is too long for two lines anyway fills the first one.
    const longer = total > 2 * width ? -sum : Math.max(sum, total - sum);
    if (/^[\s_./:,|&-]$/u.test(letters[end] ?? '') && longer < best.longer) best = { place: end + 1, longer };
  }
  return best.place > end / 3 ? best.place : end;
}

interface Room {
  readonly width: number;
  /** How wide the mark is of what is left out. */
  readonly ellipsis: number;
}

/** Never cuts through an emoji or a letter with its accents. */
function shortened(letters: readonly string[], widths: readonly number[], { width, ellipsis }: Room): string {
  const total = widths.reduce((sum, each) => sum + each, 0);
  if (total <= width) return letters.join('').trim();
  const room = width - ellipsis;
  let start = 0;
  let end = letters.length;
  let used = 0;
  for (let fromStart = true; start < end; fromStart = !fromStart) {
    const next = fromStart ? (widths[start] ?? 0) : (widths[end - 1] ?? 0);
    if (used + next > room) break;
    used += next;
    if (fromStart) start += 1;
    else end -= 1;
  }
  return `${letters.slice(0, start).join('').trim()}…${letters.slice(end).join('').trim()}`;
}
