import type { TextRange } from '../report/index.ts';
import { limits } from './limits.ts';

type Container = 'map' | 'list';

/** Hears of every part of a JSON text in the order of the text. */
export interface JsonListener {
  open(kind: Container, start: number): void;
  close(end: number): void;
  key(range: TextRange): void;
  scalar(range: TextRange): void;
}

export interface JsonFault {
  readonly message: string;
  readonly offset: number;
  /** There is nothing wrong but the extent: the rest is not looked at. */
  readonly excess?: 'depth' | 'values';
}

interface Scan {
  readonly text: string;
  readonly listener: JsonListener;
  readonly open: Container[];
  offset: number;
  values: number;
  expected: Expected;
}

type Step = (scan: Scan, character: string) => JsonFault | undefined;

/** What may come next, in the words of a fault. */
const expectations = {
  value: 'a value',
  firstValue: 'a value or "]"',
  key: 'a key in double quotes',
  firstKey: 'a key in double quotes or "}"',
  colon: '":"',
  nextValue: '"," or "]"',
  nextKey: '"," or "}"',
  end: 'nothing',
} as const;
type Expected = keyof typeof expectations;

const steps: Record<Expected, Step> = {
  value: startValue,
  firstValue: (scan, character) => (character === ']' ? close(scan) : startValue(scan, character)),
  key: startKey,
  firstKey: (scan, character) => (character === '}' ? close(scan) : startKey(scan, character)),
  colon: (scan, character) => (character === ':' ? go(scan, 'value') : faultAt(scan)),
  nextValue: (scan, character) => {
    if (character === ']') return close(scan);
    return character === ',' ? go(scan, 'value') : faultAt(scan);
  },
  nextKey: (scan, character) => {
    if (character === '}') return close(scan);
    return character === ',' ? go(scan, 'key') : faultAt(scan);
  },
  end: faultAt,
};

const wordAt = /true|false|null/y;
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;
const numberCharacters = '+-.eE0123456789';
const longestNumber = 1_000;

/** One pass over a JSON text without recursion: the first fault, or none when JSON.parse will take it. */
export function scanJson(text: string, begin: number, listener: JsonListener): JsonFault | undefined {
  const scan: Scan = { text, listener, open: [], offset: begin, values: 0, expected: 'value' };
  for (;;) {
    scan.offset = skipBlank(text, scan.offset);
    if (scan.offset >= text.length) return scan.expected === 'end' ? undefined : faultAt(scan);
    const fault = steps[scan.expected](scan, text.charAt(scan.offset));
    if (fault !== undefined) return fault;
  }
}

/** The key that stands at a range, quotes included. */
export function decodeKey(text: string, [start, end]: TextRange): string {
  const written = text.slice(start + 1, end - 1);
  if (!written.includes('\\')) return written;
  const key: unknown = JSON.parse(`"${written}"`);
  return String(key);
}

function go(scan: Scan, expected: Expected): undefined {
  scan.expected = expected;
  scan.offset += 1;
}

function startKey(scan: Scan, character: string): JsonFault | undefined {
  if (character !== '"') return faultAt(scan);
  const end = stringEnd(scan.text, scan.offset);
  if (typeof end !== 'number') return end;
  scan.listener.key([scan.offset, end]);
  scan.offset = end;
  scan.expected = 'colon';
  return undefined;
}

function startValue(scan: Scan, character: string): JsonFault | undefined {
  scan.values += 1;
  if (scan.values > limits.jsonValues) return { message: '', offset: 0, excess: 'values' };
  if (character === '{' || character === '[') {
    const kind = character === '{' ? 'map' : 'list';
    scan.open.push(kind);
    if (scan.open.length > limits.depth) return { message: '', offset: scan.offset, excess: 'depth' };
    scan.listener.open(kind, scan.offset);
    return go(scan, kind === 'map' ? 'firstKey' : 'firstValue');
  }
  const end = character === '"' ? stringEnd(scan.text, scan.offset) : plainEnd(scan);
  if (typeof end !== 'number') return end;
  scan.listener.scalar([scan.offset, end]);
  scan.offset = end;
  scan.expected = afterValue(scan);
  return undefined;
}

function close(scan: Scan): undefined {
  scan.open.pop();
  scan.offset += 1;
  scan.listener.close(scan.offset);
  scan.expected = afterValue(scan);
}

function afterValue(scan: Scan): Expected {
  const around = scan.open.at(-1);
  if (around === undefined) return 'end';
  return around === 'map' ? 'nextKey' : 'nextValue';
}

function skipBlank(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

function plainEnd(scan: Scan): number | JsonFault {
  const { text, offset } = scan;
  wordAt.lastIndex = offset;
  const word = wordAt.exec(text)?.[0];
  if (word !== undefined) return offset + word.length;
  let end = offset;
  while (end < text.length && end - offset <= longestNumber && numberCharacters.includes(text.charAt(end))) end += 1;
  if (end === offset) return faultAt(scan);
  if (end - offset > longestNumber) return { message: 'The number has too many digits.', offset };
  const written = text.slice(offset, end);
  return numberText.test(written) ? end : { message: `"${written.slice(0, 40)}" is not a JSON number.`, offset };
}

function stringEnd(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return { message: 'The text has no closing quote on its line.', offset: start };
    if (code !== 92) continue;
    const escape = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/u.exec(text.slice(at, at + 6));
    if (escape === null)
      return { message: 'The backslash stands before a character that cannot follow it.', offset: at };
    at += escape[0].length - 1;
  }
  return { message: 'The text has no closing quote.', offset: start };
}

function faultAt({ text, offset, expected }: Scan): JsonFault {
  const wanted = expectations[expected];
  if (offset >= text.length) {
    return { message: `The file ends where ${wanted} has to follow.`, offset: text.trimEnd().length };
  }
  if (/^(?:#|\/\/|\/\*)/u.test(text.slice(offset, offset + 2))) return { message: 'JSON has no comments.', offset };
  if (expected === 'end') return { message: 'Something follows after the end of the JSON value.', offset };
  return { message: `Expected ${wanted} here.`, offset };
}
