import { realpath } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { splitGlob } from '../../manifest/index.ts';
import type { Resolving } from './permission-kind.ts';

/** A directory that a manifest names, and where it really is. */
export interface PermittedRoot {
  /** Who says so, as a path into the manifests: "permissions.filesystem.read". */
  readonly rule: string;
  /** As the manifest writes it. */
  readonly declared: string;
  /** Real, absolute and normalised. */
  readonly path: string;
}

/** A directory that holds what is permitted, and which paths in it are; all of them unless a glob was written. */
export interface PermittedPath {
  /** As the manifest writes it. */
  readonly declared: string;
  /** Real, absolute and normalised. */
  readonly path: string;
  /** Takes paths relative to the directory, with "/". */
  readonly matches?: (relative: string) => boolean;
}

/** A declared directory, or the real directory of a declared glob with the rest of it. */
export async function resolvePath({ projectDirectory, resolve }: Resolving, declared: string): Promise<PermittedPath> {
  const { directory, glob } = splitGlob(resolve(declared));
  const real = await realLocation(path.resolve(projectDirectory, directory));
  if (glob === undefined) return { declared, path: real };
  return { declared, path: real, matches: picomatch(glob, { dot: true, nonegate: true, literalBrackets: true }) };
}

/** A declared directory with its real place; `rule` is where it is declared. */
export async function resolveRoot(
  { projectDirectory, resolve }: Resolving,
  declared: string,
  rule: string,
): Promise<PermittedRoot> {
  return { rule, declared, path: await realLocation(path.resolve(projectDirectory, resolve(declared))) };
}

/** The real path of what is there, and below it the names that are not there yet. */
export async function realLocation(absolute: string): Promise<string> {
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await realLocation(parent), path.basename(absolute));
  }
}
