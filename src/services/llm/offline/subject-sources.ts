import type { PromptSubject } from '../port.ts';
import type { Source } from './evidence.ts';

/** What a call is about, ready to be read: texts, values, and short facts. */
export interface Subject {
  readonly request: string;
  readonly sources: readonly Source[];
  readonly values: readonly unknown[];
  readonly notes: readonly string[];
}

const mostCharacters = 32 * 1024;
const mostSources = 80;
const mostJson = 256 * 1024;
const mostNodes = 5_000;
const shortText = 200;
const namedWeight = 2;

/** What a context says of itself is nobody's words. */
const leftOut = /\[… [\d,]+ items?, [\d,]+ tokens? left out\]/gu;

interface Collected {
  readonly texts: Named[];
  readonly notes: string[];
}

/** Reads no more than a bounded part of each text, so that a large context costs no more time than a small one. */
export function readSubject(subject: PromptSubject): Subject {
  const request = requestText(subject.taskInput);
  const values = [subject.input, subject.taskInput];
  const given: Collected = { texts: [], notes: [] };
  for (const value of values) if (typeof value !== 'string') collect(value, given);
  if (typeof subject.input === 'string' && subject.input !== request)
    given.texts.push({ name: 'input', text: subject.input });
  for (const { source, text: shown } of subject.context) {
    const text = shown.replaceAll(leftOut, '\n').trim();
    const value = structured(text);
    if (value === undefined) given.texts.push({ name: source, text });
    else {
      values.push(value);
      collect(value, given);
    }
  }
  if (request.length > shortText) given.texts.push({ name: 'request', text: request });
  const distinct = [...new Map(given.texts.map((one) => [one.text, one])).values()];
  const sources = fairParts(distinct.slice(0, mostSources)).map(({ name, text }) => ({
    text,
    weight: isNamed(name, request) ? namedWeight : 1,
  }));
  const notes = [...given.notes, ...(request.length <= shortText ? [request] : [])];
  const isAlone = sources.length === 0 && request.trim() !== '';
  return {
    request,
    values,
    notes,
    sources: isAlone ? [{ text: wholeLines(request, mostCharacters), weight: 1 }] : sources.slice(0, 200),
  };
}

/** The request in words: the task input itself, or its longest text. */
function requestText(taskInput: unknown): string {
  if (typeof taskInput === 'string') return taskInput;
  const found: Collected = { texts: [], notes: [] };
  collect(taskInput, found);
  const texts = [...found.notes, ...found.texts.map(({ text }) => text.slice(0, 1_000))];
  return texts.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** Texts and short facts inside a value. */
function collect(root: unknown, into: Collected): void {
  const queue: { readonly name: string; readonly value: unknown }[] = [{ name: '', value: root }];
  for (let index = 0; index < queue.length && index < mostNodes; index += 1) {
    const { name, value } = queue[index] ?? { name: '', value: null };
    if (typeof value === 'string') addText(name, value, into);
    else if (value === true) into.notes.push(name.replaceAll('_', ' '));
    else if (typeof value === 'object' && value !== null && queue.length < mostNodes) {
      for (const [key, child] of Object.entries(value))
        queue.push({ name: Array.isArray(value) ? name : key, value: child });
    }
  }
}

function addText(name: string, text: string, into: Collected): void {
  const isLong = text.length > shortText || (text.includes(' ') && /[.!?]\s*$/u.test(text));
  if (isLong) into.texts.push({ name, text });
  else if (text.trim() !== '') into.notes.push(text);
}

/** The value of a text that is JSON through and through. */
function structured(text: string): unknown {
  const trimmed = text.trim();
  if (!/^(?:\{[^]*\}|\[[^]*\])$/u.test(trimmed) || trimmed.length > mostJson) return undefined;
  try {
    const value: unknown = JSON.parse(trimmed);
    return value;
  } catch {
    return undefined;
  }
}

interface Named {
  readonly name: string;
  readonly text: string;
}

/** The same room for all texts; what short ones leave over is for the long ones. */
function fairParts(texts: readonly Named[]): Named[] {
  const room = new Map<Named, number>();
  let left = mostCharacters;
  for (const [index, one] of texts.toSorted((a, b) => a.text.length - b.text.length).entries()) {
    const share = Math.min(one.text.length, Math.floor(left / (texts.length - index)));
    room.set(one, share);
    left -= share;
  }
  return texts.map((one) => ({ ...one, text: wholeLines(one.text, room.get(one) ?? 0) }));
}

/** The beginning of a text, up to the end of a line or sentence. */
function wholeLines(text: string, most: number): string {
  if (text.length <= most) return text;
  const part = text.slice(0, most);
  const end = Math.max(part.lastIndexOf('\n'), part.lastIndexOf('. ') + 1);
  return end > most / 2 ? part.slice(0, end) : part;
}

function isNamed(name: string, request: string): boolean {
  const last = name.split('/').at(-1) ?? '';
  return last.length > 3 && request.toLowerCase().includes(last.toLowerCase());
}
