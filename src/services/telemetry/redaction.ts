import type { EngineEvent } from './events.ts';

/** What takes texts out that nobody is to see. */
export type Redact = (text: string) => string;

/** What a text that one of the patterns of a project fits is replaced by. */
const hidden = '▇ redacted (pattern)';

/** Known values first, then what fits a pattern. */
export function redactionOf(known: Redact, patterns: readonly string[]): Redact {
  if (patterns.length === 0) return known;
  const expressions = patterns.map((pattern) => new RegExp(pattern, 'gu'));
  return (text) => expressions.reduce((rest, expression) => rest.replaceAll(expression, hidden), known(text));
}

/** What models and tools are given and say: fields of the data of events. */
const contents: ReadonlySet<string> = new Set(['arguments', 'output', 'messages', 'system', 'text', 'toolCalls']);

export function isContent(name: string): boolean {
  return contents.has(name);
}

/** The event with every text of its data redacted, and the keys of its content; the same event where nothing was found. */
export function redactEvent(event: EngineEvent, redact: Redact): EngineEvent {
  const entries = Object.entries(event.data).map(([name, value]): [string, unknown] => [
    name,
    inTexts<unknown>(value, redact, isContent(name)),
  ]);
  const given = new Map<string, unknown>(Object.entries(event.data));
  if (entries.every(([name, value]) => value === given.get(name))) return event;
  return withData(event, Object.fromEntries(entries));
}

/** The event with other data of the same shape. */
export function withData(event: EngineEvent, data: object): EngineEvent {
  return withField(event, 'data', data);
}

function withField<Part extends object>(part: Part, name: string, value: object): Part {
  return { ...part, [name]: value };
}

/** Keys that become the same stay apart. */
export function withCleanKeys(entries: readonly (readonly [string, unknown])[], clean: Redact): object {
  const fields = new Map<string, unknown>();
  for (const [key, value] of entries) {
    const left = clean(key);
    let name = left;
    for (let number = 2; fields.has(name); number += 1) name = `${left} ${number}`;
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function inTexts<Part>(part: Part, redact: Redact, hasFreeKeys: boolean): Part;
function inTexts(part: unknown, redact: Redact, hasFreeKeys: boolean): unknown {
  if (typeof part === 'string') return redact(part);
  if (typeof part !== 'object' || part === null) return part;
  if (!Array.isArray(part)) return inFields(part, redact, hasFreeKeys);
  const given: readonly unknown[] = part;
  const items = given.map((item) => inTexts<unknown>(item, redact, hasFreeKeys));
  return items.every((item, at) => item === given[at]) ? given : items;
}

function inFields(part: object, redact: Redact, hasFreeKeys: boolean): object {
  let isChanged = false;
  const clean = Object.entries(part).map(([name, value]): [string, unknown] => {
    const left: unknown = inTexts<unknown>(value, redact, hasFreeKeys);
    isChanged ||= left !== value || (hasFreeKeys && redact(name) !== name);
    return [name, left];
  });
  if (!isChanged) return part;
  return hasFreeKeys ? withCleanKeys(clean, redact) : Object.fromEntries(clean);
}
