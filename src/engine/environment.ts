import { EngineError } from '../errors/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /\$\{env:([A-Za-z_]\w*)\}/gu;

/**
 * A copy of a manifest part with every `${env:NAME}` replaced. Made at the last moment and never stored, so that secrets
 * stay out of journals and definitions. Throws MANIFEST_ENVIRONMENT_MISSING.
 */
export function withEnvironment<Part>(part: Part, environment: Environment): Part;
export function withEnvironment(part: unknown, environment: Environment): unknown {
  if (typeof part === 'string') return part.replaceAll(reference, (_, name: string) => valueOf(name, environment));
  if (Array.isArray(part)) return part.map((item: unknown) => withEnvironment(item, environment));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, withEnvironment<unknown>(value, environment)]),
  );
}

function valueOf(name: string, environment: Environment): string {
  const value = environment[name];
  if (value !== undefined) return value;
  throw new EngineError('MANIFEST_ENVIRONMENT_MISSING', `The environment variable "${name}" is not set.`, {
    hint: `Set ${name}, or take \${env:${name}} out of the manifest.`,
  });
}
