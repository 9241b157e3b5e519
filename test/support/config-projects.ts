import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Where the manifests that ship lie. */
export const configsDirectory = path.resolve(import.meta.dirname, '../../configs');

/** The projects below configs/, however deep, by their path from there: `basic_llm_agent`, `examples/routing`. */
export function configNames(): readonly string[] {
  return readdirSync(configsDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^workflow\.(?:ya?ml|json)$/u.test(entry.name))
    .map((entry) => path.relative(configsDirectory, entry.parentPath).replaceAll(path.sep, '/'))
    .toSorted();
}

export function configDirectory(name: string): string {
  return path.join(configsDirectory, name);
}
