import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { EngineError } from '../../../errors/index.ts';
import { splitGlob } from '../../../manifest/index.ts';

/** A file that may be a document. */
export interface FoundFile {
  readonly file: string;
  /** Whether it was named itself, and not found in a directory or by a glob. */
  readonly isNamed: boolean;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Directories that were looked through as a whole. */
  readonly directories: readonly string[];
}

const mostFiles = 20_000;
/** Never looked into. Names that begin with a dot are not, either, unless they are named themselves. */
const ignored: ReadonlySet<string> = new Set(['node_modules', 'bower_components', '__pycache__']);

/**
 * The files that paths name: files, directories with all below them, and globs. Links in directories are followed to files of the same
 * directory alone. Throws MEMORY_DOCUMENT_UNREADABLE for a path at which nothing is.
 */
export async function findFiles(paths: readonly string[], base: string): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const directories: string[] = [];
  const add = (file: string, isNamed: boolean): void => {
    if (!files.has(file) || isNamed) files.set(file, { file, isNamed });
    if (files.size > mostFiles) throw tooMany();
  };
  for (const written of paths) {
    const place = path.resolve(base, written);
    const kind = await kindOf(place);
    if (kind === 'file') add(await realpath(place), true);
    else if (kind === 'directory') {
      const directory = await realpath(place);
      directories.push(directory);
      for await (const file of filesBelow(directory, directory)) add(file, false);
    } else for (const file of await filesOfGlob(written, base)) add(file, false);
  }
  return { files: [...files.values()], directories };
}

async function kindOf(place: string): Promise<'file' | 'directory' | 'nothing'> {
  try {
    const found = await stat(place);
    if (found.isDirectory()) return 'directory';
    // Anything else, such as a pipe, might never end.
    return found.isFile() ? 'file' : 'nothing';
  } catch {
    return 'nothing';
  }
}

async function filesOfGlob(written: string, base: string): Promise<readonly string[]> {
  const { directory, glob } = splitGlob(written.split(path.sep).join('/'));
  if (glob === undefined) throw nothingThere(written);
  const start = path.resolve(base, directory);
  if ((await kindOf(start)) !== 'directory') throw nothingThere(written);
  const root = await realpath(start);
  const matches = picomatch(glob, { nonegate: true });
  const found: string[] = [];
  for await (const file of filesBelow(root, root)) {
    if (matches(path.relative(root, file).split(path.sep).join('/'))) found.push(file);
  }
  if (found.length === 0) throw nothingThere(written);
  return found;
}

async function* filesBelow(directory: string, root: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  // File systems list names in any order.
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || ignored.has(entry.name)) continue;
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(place, root);
    else if (entry.isFile()) yield place;
    else if (entry.isSymbolicLink() && (await isFileOf(place, root))) yield place;
  }
}

/** Whether a link leads to a file of the directory. */
async function isFileOf(link: string, root: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return target.startsWith(root + path.sep) && (await lstat(target)).isFile();
  } catch {
    return false;
  }
}

function nothingThere(written: string): EngineError {
  return new EngineError('MEMORY_DOCUMENT_UNREADABLE', `No file, directory or glob "${written}" leads to a document.`, {
    hint: 'Check the path; names that begin with a dot and "node_modules" are left out of directories and globs.',
    details: { path: written },
  });
}

function tooMany(): EngineError {
  return new EngineError('MEMORY_DOCUMENT_UNREADABLE', `The paths lead to more than ${mostFiles} files.`, {
    hint: 'Name the directories or globs that hold what is worth remembering.',
    details: { most: mostFiles },
  });
}
