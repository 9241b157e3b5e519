import { closeBrace, closeBracket, comma, isSpace, jsonQuote, lineEnd } from './characters.ts';
import type { FaultReason, JsonNode } from './node.ts';
import { commentEnd, fail, fix, type Scan } from './scan.ts';

const literals: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** RFC 8259, section 6. */
const jsonNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/iuy;
const looseNumber = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu;
/** What code and arithmetic are made of; a word with a colon is only plain when it is an address. */
const notPlain = /[(){}=[\]"“”]|^[^:]*:(?!\/\/)/u;

/** Reads what stands there without quotes: a literal, a number or a word. */
export function readToken(scan: Scan): JsonNode | undefined {
  const { text, at } = scan;
  jsonNumber.lastIndex = at;
  const number = jsonNumber.exec(text)?.[0];
  if (number !== undefined && isOver(scan, at + number.length)) {
    scan.at = at + number.length;
    scan.isAttempt = true;
    return { kind: 'number', text: number, value: Number(number) };
  }
  for (const [word, value] of literals) {
    if (text.startsWith(word, at) && isOver(scan, at + word.length, true)) {
      scan.at = at + word.length;
      return { kind: 'literal', value };
    }
  }
  return readRun(scan);
}

/** True when a token that is ended here has nothing behind it that may belong to it. */
function isOver(scan: Scan, start: number, isWhole = false): boolean {
  const { text } = scan;
  if (start >= text.length) return isWhole || scan.frames.length === 0;
  let at = start;
  while (at < text.length && isSpace(text.charCodeAt(at)) && !lineEnd.has(text.charCodeAt(at))) at += 1;
  return at >= text.length || isStop(text, at);
}

/** Brackets, commas, line ends, quotes and ";". */
const stops: ReadonlySet<number> = new Set([
  ...closeBrace,
  ...closeBracket,
  ...comma,
  ...lineEnd,
  jsonQuote,
  0x201c,
  0x3b,
]);

function isStop(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (stops.has(code)) return true;
  if (code === 0x60) return text.startsWith('```', at);
  if (code === 0x3c) return text.startsWith('</', at) || text.startsWith('<|', at) || text.startsWith('<!--', at);
  if (code === 0x2f) return text.charCodeAt(at - 1) !== 0x3a && commentEnd(text, at) !== undefined;
  return code === 0x23 && isSpace(text.charCodeAt(at - 1));
}

function readRun(scan: Scan): JsonNode | undefined {
  const { text, at: start } = scan;
  let end = start;
  while (end < text.length && !isStop(text, end)) end += 1;
  const word = text.slice(start, end).trimEnd();
  const isAtEnd = scan.frames.length > 0 && isBlankFrom(text, start + word.length);
  if (word === '' || /^(?:\.\.\.|…)/u.test(word)) return fail(scan, reasonOf(word, start >= text.length));
  const node = literalNode(word, isAtEnd);
  if (node === undefined && isAtEnd) return fail(scan, 'cut', end);
  const read = node ?? wordNode(scan, word);
  if (read === undefined) return undefined;
  if (read.kind !== 'word') fix(scan, read.kind === 'number' ? 'number_notation' : 'literal');
  scan.at = end;
  return read;
}

function isBlankFrom(text: string, start: number): boolean {
  return text.length - start <= 100 && text.slice(start).trim() === '';
}

function reasonOf(word: string, isAtEnd: boolean): FaultReason {
  if (word !== '') return 'elided';
  return isAtEnd ? 'cut' : 'missing';
}

function literalNode(word: string, isAtEnd: boolean): JsonNode | undefined {
  const lower = word.toLowerCase();
  if (word === 'None') return { kind: 'literal', value: null };
  for (const [literal, value] of literals) {
    if (lower === literal || (isAtEnd && literal.startsWith(word))) return { kind: 'literal', value };
  }
  return undefined;
}

function wordNode(scan: Scan, word: string): JsonNode | undefined {
  if (looseNumber.test(word)) {
    scan.isAttempt = true;
    return { kind: 'number', text: word, value: Number(word) };
  }
  if (/\d/u.test(word)) scan.isAttempt = true;
  const isList = scan.frames.at(-1)?.node.kind === 'list';
  if (notPlain.test(word) || (isList && /\s/u.test(word))) return fail(scan, 'ambiguous', scan.at + 1);
  return { kind: 'word', text: word };
}
