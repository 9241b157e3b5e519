import type { Word } from './words.ts';

/*
 * How a rule says what it looks for: words with a blank between them. "a|b" is either, "a?" may be missing, "<name>" is a word
 * that the rule wants to know.
 */

/** Names that a request may use. */
export interface RequestNames {
  readonly model: readonly string[];
  readonly pipeline: readonly string[];
  readonly mode: readonly string[];
  /** Agents and nodes. */
  readonly target: readonly string[];
  /** Pipelines, nodes, agents and tools. */
  readonly avoid: readonly string[];
}

export interface Pattern {
  readonly parts: readonly PatternPart[];
}

interface PatternPart {
  readonly words: ReadonlySet<string>;
  readonly isOptional: boolean;
  readonly capture?: string;
}

export type Captures = Readonly<Record<string, string>>;

export interface PatternMatch {
  /** Behind the last word. */
  readonly end: number;
  readonly captures: Captures;
}

export function readPattern(text: string): Pattern {
  return { parts: text.split(' ').map(readPart) };
}

function readPart(part: string): PatternPart {
  const isOptional = part.endsWith('?');
  const says = isOptional ? part.slice(0, -1) : part;
  const capture = /^<(\w+)>$/u.exec(says)?.[1];
  const words = new Set(says.split('|'));
  return capture === undefined ? { words, isOptional } : { words, isOptional, capture };
}

/** Words with which a pattern can begin; "#" stands for anything that it wants to know. */
export function firstWords({ parts }: Pattern): readonly string[] {
  const [first] = parts;
  if (first === undefined) return [];
  return first.capture === undefined ? [...first.words] : ['#'];
}

/** The longest match of a pattern at a place. */
export function matchAt(words: readonly Word[], place: number, { parts }: Pattern): PatternMatch | undefined {
  return matchFrom({ words, parts }, { place, part: 0, captures: {} });
}

interface Search {
  readonly words: readonly Word[];
  readonly parts: readonly PatternPart[];
}

interface Position {
  readonly place: number;
  readonly part: number;
  readonly captures: Captures;
}

function matchFrom(search: Search, { place, part, captures }: Position): PatternMatch | undefined {
  const wanted = search.parts[part];
  if (wanted === undefined) return { end: place, captures };
  const taken = take(search.words, place, wanted);
  const isInside = place === 0 || part === 0 || search.words[place]?.opensSentence !== true;
  if (taken !== undefined && isInside) {
    const found = { ...captures, ...(wanted.capture !== undefined && { [wanted.capture]: taken }) };
    const match = matchFrom(search, { place: place + 1, part: part + 1, captures: found });
    if (match !== undefined) return match;
  }
  return wanted.isOptional ? matchFrom(search, { place, part: part + 1, captures }) : undefined;
}

function take(words: readonly Word[], place: number, wanted: PatternPart): string | undefined {
  const word = words[place];
  if (word === undefined) return undefined;
  if (wanted.capture === undefined) return !word.isQuoted && wanted.words.has(word.text) ? word.text : undefined;
  if (wanted.capture === 'number') return /^\$?\d/u.test(word.text) ? word.text : undefined;
  return word.text === '' ? undefined : word.text;
}
