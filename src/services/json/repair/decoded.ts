import type { Reading } from './node.ts';
import { readDocument } from './read-document.ts';

const escapedStart = /[{[](?:\s|\\[nrt]|[{[]){0,60}\\"/uy;
const entityStart = /[{[](?:\s|[{[]){0,60}&(?:quot|#34|#x22);/iuy;

/** Reads a document whose text was escaped once too often, or whose quotes are HTML entities throughout. */
export function decoded(text: string, start: number): Reading | undefined {
  escapedStart.lastIndex = start;
  entityStart.lastIndex = start;
  const isEscaped = escapedStart.test(text);
  if (!isEscaped && !entityStart.test(text)) return undefined;
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
  const part = end > start ? text.slice(start, end) : text.slice(start);
  if (!isEscaped && part.includes('"')) return undefined;
  const reading = readDocument(isEscaped ? unescaped(part) : withoutEntities(part), 0);
  const fix = { kind: isEscaped ? 'escaped_twice' : 'entities', offset: start, path: '', lossless: true };
  const fault = reading.fault === undefined ? undefined : { ...reading.fault, offset: end };
  return { ...reading, start, end, fault, fixes: [fix, ...reading.fixes], fixCount: reading.fixCount + 1 };
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\/nrt])/gu, (_, letter: string) => letters[letter] ?? letter);
}

const entities: Readonly<Record<string, string>> = {
  quot: '"',
  '#34': '"',
  '#x22': '"',
  amp: '&',
  lt: '<',
  gt: '>',
  '#39': "'",
  apos: "'",
};

function withoutEntities(text: string): string {
  return text.replaceAll(
    /&(quot|amp|lt|gt|apos|#34|#39|#x22);/giu,
    (whole, name: string) => entities[name.toLowerCase()] ?? whole,
  );
}
