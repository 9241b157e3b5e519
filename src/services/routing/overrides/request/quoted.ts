/** A part of a text that is quoted or code: what stands in it is spoken of, and asks for nothing. */
export interface QuotedPart {
  readonly start: number;
  /** Behind its last mark. */
  readonly end: number;
}

const emptyLine = /\n[ \t]*\r?\n/gu;
const pairs: Readonly<Record<string, string>> = { '"': '"', '“': '”', '”': '”', '„': '“', '«': '»', '‘': '’' };

/**
 * Finds what is in quotation marks, in backticks, in fences and behind ">" in a text. A mark that nothing closes within its
 * paragraph quotes nothing; a fence that nothing closes goes to the end. Takes time in proportion to the text.
 */
export function quotedParts(text: string): readonly QuotedPart[] {
  const marks = /^[ \t]*(?:```+|~~~+)|^[ \t]*>|`{1,3}|["“”„«‘']/gmu;
  const find = finder(text);
  const parts: QuotedPart[] = [];
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const end = endOf(text, { start: mark.index, mark: mark[0] }, find);
    if (end === undefined) continue;
    parts.push({ start: mark.index, end });
    marks.lastIndex = end;
  }
  return parts;
}

interface Mark {
  readonly start: number;
  readonly mark: string;
}

type Find = (needle: string | RegExp, from: number) => number;

function endOf(text: string, { start, mark }: Mark, find: Find): number | undefined {
  const sign = mark.trim();
  const from = start + mark.length;
  if (sign === '>') return find('\n', from);
  if (/^(?:```|~~~)/u.test(sign)) return afterFence(text, find(`\n${sign.slice(0, 3)}`, from));
  const paragraph = find(emptyLine, from);
  if (sign === "'") return endOfSingle(text, start, { paragraph, find });
  const close = sign.startsWith('`') ? find(sign, from) : find(pairs[sign] ?? sign, from);
  return close < paragraph ? close + (sign.startsWith('`') ? sign.length : 1) : undefined;
}

function afterFence(text: string, close: number): number {
  return Math.min(text.length, close + 4);
}

/** An apostrophe stands inside of a word, or behind it; a quotation begins before one and ends behind one. */
function endOfSingle(
  text: string,
  start: number,
  { paragraph, find }: { readonly paragraph: number; readonly find: Find },
): number | undefined {
  if (isWord(text[start - 1]) || /^\s?$/u.test(text[start + 1] ?? '')) return undefined;
  const close = find(closingSingle, start + 2);
  return close < paragraph ? close + 1 : undefined;
}

const closingSingle = /(?<=\S)'(?![\p{L}\p{N}_])/gu;

function isWord(character = ''): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}

/** Where something is next, or the end of the text; each is looked for only where it was not looked for before. */
function finder(text: string): Find {
  const known = new Map<string | RegExp, { from: number; found: number }>();
  return (needle, from) => {
    const last = known.get(needle);
    if (last !== undefined && last.from <= from && last.found >= from) return last.found;
    const place = placeOf(text, needle, from);
    const found = place === -1 ? text.length : place;
    known.set(needle, { from, found });
    return found;
  };
}

function placeOf(text: string, needle: string | RegExp, from: number): number {
  if (typeof needle === 'string') return text.indexOf(needle, from);
  needle.lastIndex = from;
  return needle.exec(text)?.index ?? -1;
}
