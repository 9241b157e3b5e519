import {
  backslash,
  closeBrace,
  closeBracket,
  closersOf,
  colon,
  comma,
  isSpace,
  jsonQuote,
  lineEnd,
} from './characters.ts';
import { commentEnd, fail, fix, type Scan } from './scan.ts';

type Place = 'key' | 'member' | 'item' | 'root';
/** How what follows a quote speaks: for the end of the string, against it, or for a quote that belongs to the text. */
const farthest = 400;

interface Strings {
  readonly begin: number;
  readonly closers: ReadonlySet<number>;
  readonly place: Place;
  readonly parts: string[];
  /** Where the part begins that is not in `parts` yet. */
  from: number;
  inner: number;
  hasInnerColon: boolean;
  hasLoose: boolean;
}

const escapes: ReadonlyMap<number, string> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', "'": "'" }).map(
    ([letter, character]) => [letter.charCodeAt(0), character],
  ),
);

/** Reads a string whole, with quotes that belong to it, or not at all. The reader stands at its opening quote. */
export function readString(scan: Scan, place: Place): string | undefined {
  const { text, at: start } = scan;
  const begin = text.charCodeAt(start);
  const closers = closersOf(begin) ?? new Set([jsonQuote]);
  const state: Strings = {
    begin,
    closers,
    place,
    parts: [],
    from: start + 1,
    inner: 0,
    hasInnerColon: false,
    hasLoose: false,
  };
  scan.isAttempt = true;
  // in JSON, and around keys, quotes are what they seem
  const isSimple = scan.isValid || place === 'key';
  checkOpening(scan, begin, isSimple);
  let at = start + 1;
  while (at < text.length && scan.fault === undefined) {
    const code = text.charCodeAt(at);
    if (code === backslash) at = readEscape(scan, state, at);
    else if (closers.has(code)) {
      if (isSimple || isEndQuote(scan, state, at)) return finish(scan, state, at);
      at += 1;
    } else {
      if (code < 0x20) state.hasLoose = true;
      at += 1;
    }
  }
  return fail(scan, state.inner > 0 ? 'ambiguous' : 'cut', start + 1);
}

/** Quotes of another language, or a text that begins with quotes: which, nothing tells. */
function checkOpening(scan: Scan, begin: number, isSimple: boolean): void {
  if (begin !== jsonQuote) fix(scan, 'quotes');
  if (!isSimple && scan.text.startsWith('"""', scan.at)) fail(scan, 'ambiguous', scan.at + 1);
}

function finish(scan: Scan, state: Strings, at: number): string {
  const last = scan.text.slice(state.from, at);
  if (state.inner > 0) fix(scan, 'inner_quotes');
  if (state.hasLoose) fix(scan, 'loose_characters');
  scan.at = at + 1;
  return state.parts.length === 0 ? last : state.parts.join('') + last;
}

/** Takes in one escape; a backslash that escapes nothing is data. */
function readEscape(scan: Scan, state: Strings, at: number): number {
  const { text } = scan;
  const letter = text.charCodeAt(at + 1);
  const length = letter === 0x75 && /^[\da-f]{4}$/iu.test(text.slice(at + 2, at + 6)) ? 6 : 2;
  const character =
    length === 6 ? String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16)) : escapes.get(letter);
  if (character === undefined) {
    state.hasLoose = true;
    return at + 1;
  }
  if (letter === 0x27) state.hasLoose = true;
  state.parts.push(text.slice(state.from, at), character);
  state.from = at + length;
  return at + length;
}

/** Whether this quote ends the string. One that is followed by more of the text belongs to it. */
function isEndQuote(scan: Scan, state: Strings, at: number): boolean {
  const { text } = scan;
  const { place } = state;
  if (isApostrophe(text, at)) return false;
  const isFollowed = follows(text, place, at + 1);
  if (isFollowed && isBalanced(state)) return true;
  // a quote that opens stands before a word; another one belongs neither to the text nor to the string
  const isStray = place === 'root' || (state.inner % 2 === 0 && !isBeforeWord(text, at + 1));
  if (isStray || (isFollowed && place === 'member')) return fail(scan, 'ambiguous', at) ?? false;
  state.inner += 1;
  if (colon.has(text.charCodeAt(afterSpace(text, at + 1)))) state.hasInnerColon = true;
  return false;
}

function isBalanced({ inner, begin, hasInnerColon }: Strings): boolean {
  return inner === 0 || ((inner % 2 === 0 || begin !== jsonQuote) && !hasInnerColon);
}

function isBeforeWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return !isSpace(code) && !comma.has(code) && !colon.has(code) && !closeBrace.has(code) && !closeBracket.has(code);
}

const letter = /[\p{L}\d]/u;

function isApostrophe(text: string, at: number): boolean {
  return text.charCodeAt(at) !== jsonQuote && letter.test(text.charAt(at - 1)) && letter.test(text.charAt(at + 1));
}

/** True when what stands here can follow a string in its place. Looks no farther than a few hundred characters. */
function follows(text: string, place: Place, start: number): boolean {
  const at = afterSpace(text, start);
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return true;
  if (place === 'root') return code === 0x60 || code === 0x3c;
  if (closeBrace.has(code) || closeBracket.has(code)) return bracketFits(text, at + 1);
  if (comma.has(code)) return nextFits(text, place, at + 1);
  if (commentEnd(text, at) !== undefined || text.startsWith('```', at)) return true;
  return at > start && (place === 'member' ? keyFits(text, at) : isOtherString(text, at, start));
}

function nextFits(text: string, place: Place, start: number): boolean {
  return place === 'item' ? itemFits(text, start) : keyFits(text, start) || endFits(text, start);
}

/** Two items without a comma: the next one has to be a string as well. */
function isOtherString(text: string, at: number, start: number): boolean {
  const isQuote = closersOf(text.charCodeAt(at)) !== undefined;
  return isQuote && !isSpace(text.charCodeAt(at + 1)) && !isSpace(text.charCodeAt(start - 2));
}

function afterSpace(text: string, start: number): number {
  const end = Math.min(text.length, start + farthest);
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** After a bracket come others, a comma, a new line or the end, but no quote and no word. */
function bracketFits(text: string, start: number): boolean {
  const end = Math.min(text.length, start + farthest);
  let at = start;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (lineEnd.has(code)) return true;
    if (!isSpace(code) && !closeBrace.has(code) && !closeBracket.has(code)) break;
  }
  const code = text.charCodeAt(at);
  if (closersOf(code) !== undefined)
    return text.startsWith('```', at) || /^["'“][^"'”\n]{0,80}["'”]\s*[:=]/u.test(text.slice(at, at + 90));
  return true;
}

function itemFits(text: string, start: number): boolean {
  const at = afterSpace(text, start);
  const code = text.charCodeAt(at);
  return Number.isNaN(code) || closersOf(code) !== undefined || /[\d{[\]tfnTFN.…,/#-]/u.test(text.charAt(at));
}

const quotedKey =
  /(?:"(?:[^"\n\\]|\\.){0,100}"|'[^'\n]{0,100}'|`[^`\n]{0,100}`|[“„‘][^”“’\n]{0,100}[”“’])\s{0,50}(?:[:：=]|["'{[\d]|(?:true|false|null)\b)/uy;
const bareKey = /[\p{L}_$\d][\p{L}\p{N}_$.-]{0,100}\s{0,50}[:：=]/uy;

/** True when a key with its colon stands here. */
function keyFits(text: string, start: number): boolean {
  quotedKey.lastIndex = afterSpace(text, start);
  bareKey.lastIndex = quotedKey.lastIndex;
  return quotedKey.test(text) || bareKey.test(text);
}

/** True when the object ends here, after a comma, or its text does, or what follows is left out. */
function endFits(text: string, start: number): boolean {
  const at = afterSpace(text, start);
  const code = text.charCodeAt(at);
  if (Number.isNaN(code) || closeBrace.has(code) || comma.has(code)) return true;
  if (commentEnd(text, at) !== undefined || text.startsWith('...', at) || text.startsWith('…', at)) return true;
  // a key that is cut is a key as well
  return closersOf(code) !== undefined && isLastWord(text, at + 1);
}

function isLastWord(text: string, start: number): boolean {
  return text.length - start <= 100 && /^[^"'\s]*["']?$/u.test(text.slice(start));
}
