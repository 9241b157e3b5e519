import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { HeldDirectory } from './held.ts';

export const WalkEntry = z.strictObject({
  path: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  bytes: z.int().meta({ description: 'Size of a file, 0 for anything else.' }),
});
export type WalkEntry = z.infer<typeof WalkEntry>;

export interface WalkOptions {
  /** Opens a directory by its real path, or throws when it may not be or is none. */
  readonly open: (real: string) => Promise<HeldDirectory>;
  readonly start: WalkDirectory;
  readonly maxDepth: number;
  readonly maxEntries: number;
  readonly isIgnored: (shown: string) => boolean;
  /** What is neither shown nor entered, by real path. */
  readonly isHidden: (real: string, isDirectory: boolean) => boolean;
  /** Takes paths relative to the start. */
  readonly matches: (path: string) => boolean;
  readonly signal: AbortSignal;
  /** Whether somebody wants to know how large files are; else 0 is said of them. */
  readonly isSized: boolean;
}

export interface WalkDirectory {
  readonly real: string;
  /** Relative to the root of the tool, "" for the root itself. */
  readonly shown: string;
}

export interface Walked {
  readonly entries: readonly WalkEntry[];
  readonly truncated: boolean;
}

const maxVisited = 100_000;

interface Progress {
  readonly options: WalkOptions;
  readonly entries: WalkEntry[];
  visited: number;
  /** A bound is reached: nothing more is looked at. */
  stopped: boolean;
  /** Something that is there is not among the entries. */
  truncated: boolean;
}

/** Level by level, so that what is cut off lies deepest. Links are shown and not followed. */
export async function walk(options: WalkOptions): Promise<Walked> {
  const progress: Progress = { options, entries: [], visited: 0, stopped: false, truncated: false };
  let level: readonly WalkDirectory[] = [options.start];
  for (let depth = 1; level.length > 0 && depth <= options.maxDepth && !progress.stopped; depth += 1) {
    level = await walkLevel(progress, level);
  }
  return { entries: progress.entries.toSorted((a, b) => compare(a.path, b.path)), truncated: progress.truncated };
}

async function walkLevel(progress: Progress, level: readonly WalkDirectory[]): Promise<WalkDirectory[]> {
  const below: WalkDirectory[] = [];
  for (const directory of level) {
    progress.options.signal.throwIfAborted();
    below.push(...(await walkDirectory(progress, directory)));
    if (progress.stopped) break;
  }
  return below;
}

async function walkDirectory(progress: Progress, directory: WalkDirectory): Promise<WalkDirectory[]> {
  const held = await openBelow(progress, directory);
  if (held === undefined) return [];
  try {
    const found = await readNames(progress, held);
    const below: WalkDirectory[] = [];
    for (const dirent of found.toSorted((a, b) => compare(a.name, b.name))) {
      const child = childOf(directory, dirent.name);
      if (progress.options.isHidden(child.real, dirent.isDirectory()) || progress.options.isIgnored(child.shown))
        continue;
      const isRoom = await addEntry(progress, held, { dirent, shown: child.shown });
      if (!isRoom) break;
      if (dirent.isDirectory()) below.push(child);
    }
    return below;
  } finally {
    await held.handle.close();
  }
}

/** A directory further down may vanish, be closed to us or be replaced while we walk: it is shown but not entered. */
async function openBelow(progress: Progress, directory: WalkDirectory): Promise<HeldDirectory | undefined> {
  const { options } = progress;
  if (directory === options.start) return await options.open(directory.real);
  return await options.open(directory.real).catch(() => {
    progress.truncated = true;
    return undefined;
  });
}

async function readNames(progress: Progress, held: HeldDirectory): Promise<Dirent[]> {
  const found: Dirent[] = [];
  for await (const dirent of await opendir(held.self)) {
    progress.options.signal.throwIfAborted();
    if (progress.visited >= maxVisited) {
      stop(progress);
      break;
    }
    progress.visited += 1;
    found.push(dirent);
  }
  return found;
}

function stop(progress: Progress): void {
  progress.stopped = true;
  progress.truncated = true;
}

/** False when there is no room for another entry. */
async function addEntry(
  progress: Progress,
  held: HeldDirectory,
  { dirent, shown }: { readonly dirent: Dirent; readonly shown: string },
): Promise<boolean> {
  const { options, entries } = progress;
  const fromStart = options.start.shown === '' ? shown : shown.slice(options.start.shown.length + 1);
  if (!options.matches(fromStart)) return true;
  if (entries.length >= options.maxEntries) {
    stop(progress);
    return false;
  }
  const bytes = options.isSized && dirent.isFile() ? await sizeOf(held.child(dirent.name)) : 0;
  // Gone since it was listed, or its name is no text and so can be neither shown nor asked for.
  if (bytes === undefined) progress.truncated = true;
  else entries.push({ path: shown, type: typeOf(dirent), bytes });
  return true;
}

async function sizeOf(file: string): Promise<number | undefined> {
  return await lstat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}

function typeOf(dirent: Dirent): WalkEntry['type'] {
  if (dirent.isFile()) return 'file';
  if (dirent.isDirectory()) return 'directory';
  return dirent.isSymbolicLink() ? 'symlink' : 'other';
}

function childOf(directory: WalkDirectory, name: string): WalkDirectory {
  return {
    real: path.join(directory.real, name),
    shown: directory.shown === '' ? name : `${directory.shown}/${name}`,
  };
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
