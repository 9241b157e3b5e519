import { EngineError } from '../../errors/index.ts';
import { outsideNames, replaceOutside, secretPath } from '../../manifest/index.ts';

/** By name; what the secret file "path" holds stands under "file:path". */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What manifests name of the environment and of secret files: put in at the moment of use, and taken out of what comes back. */
export interface EnvironmentValues {
  /** The text with a value for every `${env:NAME}` and `${file:path}`. */
  readonly resolve: (text: string) => string;
  /** The text without any of the values. */
  readonly redact: (text: string) => string;
  /** Like `redact`, for a text whose end was cut off, perhaps in the middle of a value. */
  readonly redactCut: (text: string) => string;
  /** Plain JSON with every text in it redacted. */
  readonly redactAll: <Part>(part: Part) => Part;
}

/** Shorter values are no secrets, and would be found in every second word. */
const shortestSecret = 4;

/**
 * A copy of a manifest part with every `${env:NAME}` and `${file:path}` replaced. Made at the last moment and never stored, so
 * that secrets stay out of journals and definitions. Throws MANIFEST_ENVIRONMENT_MISSING and MANIFEST_SECRET_UNREADABLE.
 */
export function withEnvironment<Part>(part: Part, environment: Environment): Part {
  return mapTexts(part, (text) => replaceOutside(text, (name) => valueOf(name, environment)));
}

/**
 * The values that manifest parts, as they are declared, ask for. Those that `secrets` ask for are taken out of texts as well, as
 * far as they are there. Throws as `withEnvironment` does.
 */
export function createEnvironmentValues(
  declared: unknown,
  environment: Environment,
  secrets: unknown = [],
): EnvironmentValues {
  const values = new Map<string, string>();
  for (const name of namesIn(declared)) values.set(name, valueOf(name, environment));
  const known = new Map(values);
  for (const name of namesIn(secrets)) {
    if (environment[name] !== undefined) known.set(name, environment[name]);
  }
  const redact = createRedaction(known);
  return {
    resolve: (text) => replaceOutside(text, (name, written) => values.get(name) ?? written),
    redact,
    redactCut: (text) => redactEnd(redact(text), known),
    redactAll: (part) => mapTexts(part, redact),
  };
}

function valueOf(name: string, environment: Environment): string {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined) return value;
  const file = secretPath(name);
  if (file !== undefined) {
    throw new EngineError('MANIFEST_SECRET_UNREADABLE', `The secret file "${file}" cannot be read.`, {
      hint: `Put the secret alone into ${file}, as text, or take \${file:${file}} out of the manifest.`,
    });
  }
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
    for (const form of [value, value.trim(), inJson(value)]) {
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

/** As it stands in a text that is JSON. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
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

/** Names of all values that manifest parts, as they are declared, ask for. */
export function namesIn(declared: unknown): readonly string[] {
  const names: string[] = [];
  mapTexts(declared, (text) => {
    names.push(...outsideNames(text));
    return text;
  });
  return names;
}

function mapTexts<Part>(part: Part, change: (text: string) => string): Part;
function mapTexts(part: unknown, change: (text: string) => string): unknown {
  if (typeof part === 'string') return change(part);
  if (Array.isArray(part)) return part.map((item: unknown) => mapTexts(item, change));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, mapTexts<unknown>(value, change)]));
}
