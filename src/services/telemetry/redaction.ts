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

/** The event with every text of its data redacted; the same event where nothing was found. */
export function redactEvent(event: EngineEvent, redact: Redact): EngineEvent {
  return inFields(event, redact, { data: event.data });
}

function inFields<Part extends object>(part: Part, redact: Redact, fields: object = part): Part {
  let changed: Part | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const clean: unknown = inTexts<unknown>(value, redact);
    if (clean !== value) changed = { ...(changed ?? part), [name]: clean };
  }
  return changed ?? part;
}

function inTexts<Part>(part: Part, redact: Redact): Part;
function inTexts(part: unknown, redact: Redact): unknown {
  if (typeof part === 'string') return redact(part);
  if (typeof part !== 'object' || part === null) return part;
  if (!Array.isArray(part)) return inFields(part, redact);
  const given: readonly unknown[] = part;
  const items = given.map((item) => inTexts<unknown>(item, redact));
  return items.every((item, at) => item === given[at]) ? given : items;
}
