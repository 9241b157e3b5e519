import { EngineError } from '../../errors/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What manifests name of the environment: put in at the moment of use, and taken out of what comes back. */
export interface EnvironmentValues {
  /** The text with a value for every `${env:NAME}`. */
  readonly resolve: (text: string) => string;
  /** The text without any of the values. */
  readonly redact: (text: string) => string;
  /** Like `redact`, for a text whose end was cut off, perhaps in the middle of a value. */
  readonly redactCut: (text: string) => string;
  /** Plain JSON with every text in it redacted. */
  readonly redactAll: <Part>(part: Part) => Part;
}

const reference = /\$\{env:([A-Za-z_]\w*)\}/gu;

/** Shorter values are no secrets, and would be found in every second word. */
const shortestSecret = 4;

/**
 * A copy of a manifest part with every `${env:NAME}` replaced. Made at the last moment and never stored, so that secrets
 * stay out of journals and definitions. Throws MANIFEST_ENVIRONMENT_MISSING.
 */
export function withEnvironment<Part>(part: Part, environment: Environment): Part {
  return mapTexts(part, (text) => text.replaceAll(reference, (_, name: string) => valueOf(name, environment)));
}

/** The values that manifest parts, as they are declared, ask for. Throws MANIFEST_ENVIRONMENT_MISSING. */
export function createEnvironmentValues(declared: unknown, environment: Environment): EnvironmentValues {
  const values = new Map<string, string>();
  mapTexts(declared, (text) => {
    for (const [, name = ''] of text.matchAll(reference)) values.set(name, valueOf(name, environment));
    return text;
  });
  const redact = createRedaction(values);
  return {
    resolve: (text) => text.replaceAll(reference, (written, name: string) => values.get(name) ?? written),
    redact,
    redactCut: (text) => redactEnd(redact(text), values),
    redactAll: (part) => mapTexts(part, redact),
  };
}

function valueOf(name: string, environment: Environment): string {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined) return value;
  throw new EngineError('MANIFEST_ENVIRONMENT_MISSING', `The environment variable "${name}" is not set.`, {
    hint: `Set ${name}, or take \${env:${name}} out of the manifest.`,
  });
}

function mark(name: string): string {
  return `▇ redacted (${name})`;
}

/** One pass over all values, the longest first, so that neither a part of a value is left nor a mark is looked into. */
function createRedaction(values: ReadonlyMap<string, string>): (text: string) => string {
  const names = new Map<string, string>();
  for (const [name, value] of values) {
    // Programs print what they read without the line end that a file or a shell left there.
    for (const form of [value, value.trim()]) {
      if (form.length >= shortestSecret && !names.has(form)) names.set(form, name);
    }
  }
  if (names.size === 0) return (text) => text;
  const forms = [...names.keys()].toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(
    forms.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)).join('|'),
    'gu',
  );
  return (text) => text.replaceAll(pattern, (found) => mark(names.get(found) ?? ''));
}

/** Takes the beginning of a value off the end of a text. */
function redactEnd(text: string, values: ReadonlyMap<string, string>): string {
  const whole = text.replace(/\uFFFD+$/u, '');
  for (const [name, value] of values) {
    for (let length = value.length - 1; length >= shortestSecret; length -= 1) {
      const start = value.slice(0, length);
      if (whole.endsWith(start)) return whole.slice(0, -length) + mark(name);
    }
  }
  return text;
}

function mapTexts<Part>(part: Part, change: (text: string) => string): Part;
function mapTexts(part: unknown, change: (text: string) => string): unknown {
  if (typeof part === 'string') return change(part);
  if (Array.isArray(part)) return part.map((item: unknown) => mapTexts(item, change));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, mapTexts<unknown>(value, change)]));
}
