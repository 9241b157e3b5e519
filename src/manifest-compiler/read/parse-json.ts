import { printable, quote, type RangeFinder, type TextRange } from '../report/index.ts';
import { createJsonRangeFinder } from './json-ranges.ts';
import { decodeKey, scanJson, type JsonListener } from './json-scanner.ts';
import { limits } from './limits.ts';
import {
  depthFault,
  duplicateKeyFault,
  prototypeKeyFault,
  syntaxFault,
  type ParsedText,
  type TextFault,
} from './text-fault.ts';

/** Reads a JSON text: what JSON.parse gives, but with exact faults, and no key that is there twice. */
export function parseJson(text: string): ParsedText {
  const begin = text.startsWith('\uFEFF') ? 1 : 0;
  const faults: TextFault[] = [];
  const rangeOf = createJsonRangeFinder(text, begin);
  const fault = scanJson(text, begin, createKeyWatch(text, faults));
  if (fault?.excess !== undefined) {
    const excess = fault.excess === 'depth' ? depthFault(limits.depth, fault.offset) : tooManyValues();
    return { faults: [...faults, excess], rangeOf: startOfText };
  }
  if (fault !== undefined) {
    const range: TextRange = [fault.offset, Math.min(fault.offset + 1, text.length)];
    return {
      faults: [syntaxFault(printable(fault.message), range, hintFor(text, fault.offset))],
      rangeOf: startOfText,
    };
  }
  if (faults.some(({ isHarmless }) => isHarmless !== true)) return { faults, rangeOf };
  const value: unknown = JSON.parse(begin === 0 ? text : text.slice(begin));
  return { value, faults, rangeOf };
}

function tooManyValues(): TextFault {
  return {
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `The file has more than ${limits.jsonValues} values, more than can be read in a moment.`,
    hint: 'Move generated parts out of it.',
    range: [0, 0],
  };
}

const startOfText: RangeFinder = () => [0, 0];

function createKeyWatch(text: string, faults: TextFault[]): JsonListener {
  const keys: Set<string>[] = [];
  return {
    open: () => {
      keys.push(new Set());
    },
    close: () => {
      keys.pop();
    },
    key: (range) => {
      const key = decodeKey(text, range);
      const seen = keys.at(-1);
      if (key === '__proto__') faults.push(prototypeKeyFault(range));
      else if (seen?.has(key) === true) faults.push(duplicateKeyFault(quote(key), range));
      seen?.add(key);
    },
    scalar: () => undefined,
  };
}

function hintFor(text: string, offset: number): string | undefined {
  const before = text.slice(Math.max(0, offset - 200), offset).trimEnd();
  const found = text.charAt(offset);
  if (before.endsWith(',') && (found === '}' || found === ']')) return 'Remove the comma before it.';
  if (found === "'") return 'Write texts and keys in double quotes.';
  if (found === '#' || found === '/') return 'Remove the comment, or write the file as YAML.';
  return undefined;
}
