import type { ProblemPath } from '../../errors/index.ts';
import type { RangeFinder, TextRange } from '../report/index.ts';
import { decodeKey, scanJson, type JsonListener } from './json-scanner.ts';

interface JsonPart {
  readonly start: number;
  end: number;
  readonly key: TextRange | undefined;
  readonly entries: Map<string, JsonPart> | undefined;
  readonly items: JsonPart[] | undefined;
}

/** Finds places in a JSON text that is known to be well-formed; the text is walked once, at the first question. */
export function createJsonRangeFinder(text: string, begin: number): RangeFinder {
  let root: JsonPart | undefined;
  return (path, at) => {
    root ??= buildParts(text, begin);
    return findRange(root, path, at);
  };
}

function findRange(root: JsonPart, path: ProblemPath, at: 'key' | 'value'): TextRange {
  let part = root;
  for (const [depth, step] of path.entries()) {
    const child = part.entries?.get(String(step)) ?? part.items?.[Number(step)];
    if (child === undefined) return [part.start, part.end];
    part = child;
    if (at === 'key' && depth === path.length - 1 && part.key !== undefined) return part.key;
  }
  return [part.start, part.end];
}

function buildParts(text: string, begin: number): JsonPart {
  const top: JsonPart[] = [];
  const open: JsonPart[] = [];
  let key: TextRange | undefined;
  const add = (part: JsonPart): void => {
    const around = open.at(-1);
    if (around === undefined) top.push(part);
    else if (key === undefined) around.items?.push(part);
    else around.entries?.set(decodeKey(text, key), part);
    key = undefined;
  };
  const listener: JsonListener = {
    open: (kind, start) => {
      const isMap = kind === 'map';
      const part = { start, end: start, key, entries: isMap ? new Map() : undefined, items: isMap ? undefined : [] };
      add(part);
      open.push(part);
    },
    close: (end) => {
      const part = open.pop();
      if (part !== undefined) part.end = end;
    },
    key: (range) => {
      key = range;
    },
    scalar: ([start, end]) => add({ start, end, key, entries: undefined, items: undefined }),
  };
  scanJson(text, begin, listener);
  return top[0] ?? { start: begin, end: text.length, key: undefined, entries: undefined, items: undefined };
}
