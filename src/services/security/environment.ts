import { EngineError } from '../../errors/index.ts';
import { outsideNames, replaceOutside, secretPath } from '../../manifest/index.ts';
import { createRedaction, mapTexts, type Redaction } from './redaction.ts';

/** By name; what the secret file "path" holds stands under "file:path". */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What manifests name of the environment and of secret files: put in at the moment of use, and taken out of what comes back. */
export interface EnvironmentValues extends Redaction {
  /** The text with a value for every `${env:NAME}` and `${file:path}`. */
  readonly resolve: (text: string) => string;
}

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
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) known.set(name, value);
  }
  return {
    resolve: (text) => replaceOutside(text, (name, written) => values.get(name) ?? written),
    ...createRedaction(known),
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

/** Names of all values that manifest parts, as they are declared, ask for. */
export function namesIn(declared: unknown): readonly string[] {
  const names: string[] = [];
  mapTexts(declared, (text) => {
    names.push(...outsideNames(text));
    return text;
  });
  return names;
}
