const unprintable = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const joining = /[\p{M}\u200D]/u;

/** Text that cannot steer a terminal: of all control characters only line ends and tabs stay as they are. */
export function safeText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(unprintable, (character) =>
      character === '\n' || character === '\t' ? character : `\\u${codeOf(character).toString(16).padStart(4, '0')}`,
    );
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll(/\s+/gu, ' ').trim();
}

/** Cuts a text that would be wider than a number of columns, and marks the cut. */
export function fitWidth(text: string, columns: number): string {
  let used = 0;
  let kept = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > columns) return columns < 1 ? '' : `${text.slice(0, kept)}…`;
    if (used < columns) kept += character.length;
  }
  return text;
}

/** The end of a text that would be wider than a number of columns, with a mark where it was cut. */
export function fitWidthEnd(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let used = 1; // the mark
  let from = text.length;
  for (const character of Array.from(text).toReversed()) {
    used += widthOf(character);
    if (used > columns) break;
    from -= character.length;
  }
  return `…${text.slice(from)}`;
}

/** Columns that a line takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (joining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
