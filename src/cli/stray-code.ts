import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/index.ts';

/** The code of a project: who has which module. */
export interface ProjectCode {
  readonly directory: string;
  /** By file, as in `the plugin "guard"`. */
  readonly owners: ReadonlyMap<string, string>;
}

export function codeOf({ directory, compiled }: Pick<Engine, 'directory' | 'compiled'>): ProjectCode {
  const root = realPath(directory);
  const { tools, hooks = [] } = compiled.project;
  const ofTools = Object.entries(tools).map(([name, tool]) => [name, 'tool', tool] as const);
  const ofPlugins = hooks.map((plugin) => [plugin.name, 'plugin', plugin] as const);
  const owners = new Map<string, string>();
  for (const [name, what, spec] of [...ofTools, ...ofPlugins])
    if (spec.type === 'module') owners.set(realPath(path.resolve(root, spec.module)), `the ${what} "${name}"`);
  return { directory: root, owners };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Whose code an error comes from, as far as its stack tells, and where in the project that is. */
export function strayCode(
  error: unknown,
  { directory, owners }: ProjectCode,
): { readonly owner: string; readonly place?: string } {
  const frames = framesOf(error).filter(({ file }) => file.startsWith(directory + path.sep));
  const owned = frames.find(({ file }) => owners.has(file));
  const owner = owners.get(owned?.file ?? '') ?? 'a tool or a plugin';
  const [first] = frames;
  return { owner, ...(first !== undefined && { place: `${path.relative(directory, first.file)}:${first.line}` }) };
}

function framesOf(error: unknown): readonly { readonly file: string; readonly line: string }[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(/(?<url>file:\/\/[^\s)]+?)(?:\?[^\s):]*)?:(?<line>\d+):\d+/gu)].flatMap(({ groups }) => {
    const { url = '', line = '' } = groups ?? {};
    return URL.canParse(url) ? [{ file: fileURLToPath(url), line }] : [];
  });
}
