import { encodedForms } from './encoded-forms.ts';

/** Takes secrets out of what is written down. */
export interface Redaction {
  /** The text without any of the values. */
  readonly redact: (text: string) => string;
  /** Like `redact`, for a text whose end was cut off, perhaps in the middle of a value. */
  readonly redactCut: (text: string) => string;
  /** Plain JSON with every text in it redacted. */
  readonly redactAll: <Part>(part: Part) => Part;
  /** The same for what a stranger has made, whose keys are texts like others. */
  readonly redactFree: (part: unknown) => unknown;
  /** Whether a text holds what stands in place of one of the values. */
  readonly holdsMark: (text: string) => boolean;
}

/** Shorter values are no secrets, and would be found in every second word. */
const shortestSecret = 4;

/** By name, which is what is shown in place of a value. */
export function createRedaction(values: ReadonlyMap<string, string>): Redaction {
  const names = formsOf(values);
  const redact = redactionOf(names);
  return {
    redact,
    redactCut: (text) => redactEnd(redact(text), names),
    redactAll: (part) => mapTexts(part, redact),
    redactFree: (part) => (names.size === 0 ? part : mapTexts<unknown>(part, redact, { withKeys: true })),
    holdsMark: (text) => [...values.keys()].some((name) => text.includes(mark(name))),
  };
}

function mark(name: string): string {
  return `▇ redacted (${name})`;
}

/** What a value looks like in a text, with the name of the value. */
function formsOf(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, value] of values) {
    // Programs print what they read without the line end that a file or a shell left there.
    for (const form of [value, value.trim(), ...encodedForms(value.trim())]) {
      if (form.length >= shortestSecret && !names.has(form)) names.set(form, name);
    }
  }
  return names;
}

/** The pattern looks for how forms begin: that of all of a file would be too large, and the error that says so would show it. */
const headLength = 16;

/** One pass over all forms, the longest first, so that neither a part of a value is left nor a mark is looked into. */
function redactionOf(names: ReadonlyMap<string, string>): (text: string) => string {
  if (names.size === 0) return (text) => text;
  const longestFirst = [...names.keys()].toSorted((one, other) => other.length - one.length);
  const byHead = Map.groupBy(longestFirst, headOf);
  const heads = [...byHead.keys()].map((head) => head.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  const pattern = new RegExp(heads.join('|'), 'g'); // by code units, since a head may end within a character
  const formAt = (text: string, start: number): string | undefined => {
    for (let length = headLength; length >= shortestSecret; length -= 1) {
      const found = byHead.get(text.slice(start, start + length))?.find((form) => text.startsWith(form, start));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (text) => {
    let left = '';
    let end = 0;
    pattern.lastIndex = 0;
    for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
      const form = formAt(text, hit.index);
      pattern.lastIndex = hit.index + (form?.length ?? 1);
      if (form === undefined) continue;
      left += text.slice(end, hit.index) + mark(names.get(form) ?? '');
      end = pattern.lastIndex;
    }
    return left + text.slice(end);
  };
}

function headOf(form: string): string {
  return form.slice(0, headLength);
}

/** Takes the beginning of a value off the end of a text. */
function redactEnd(text: string, names: ReadonlyMap<string, string>): string {
  const whole = text.replace(/\uFFFD+$/u, '');
  for (const [form, name] of names) {
    for (let length = form.length - 1; length >= shortestSecret; length -= 1) {
      if (whole.endsWith(form.slice(0, length))) return whole.slice(0, -length) + mark(name);
    }
  }
  return text;
}

interface Keys {
  readonly withKeys: boolean;
}

/** Plain JSON with every text in it changed, and with every key where that is wanted; keys that become the same stay apart. */
export function mapTexts<Part>(part: Part, change: (text: string) => string, keys?: Keys): Part;
export function mapTexts(part: unknown, change: (text: string) => string, keys: Keys = { withKeys: false }): unknown {
  if (typeof part === 'string') return change(part);
  if (Array.isArray(part)) return part.map((item: unknown) => mapTexts(item, change, keys));
  if (typeof part !== 'object' || part === null) return part;
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(part)) {
    const left = keys.withKeys ? change(key) : key;
    let name = left;
    for (let number = 2; fields.has(name); number += 1) name = `${left} ${number}`;
    fields.set(name, mapTexts<unknown>(value, change, keys));
  }
  return Object.fromEntries(fields);
}
