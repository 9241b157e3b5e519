import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { manifestKinds } from '../../manifest/index.ts';
import { isEvalsFile, nearestName } from '../../manifest-compiler/index.ts';

/** More than a manifest may have, also when the character at the end was cut off: what reads it says that it is too large. */
const maxBytes = 10 * 1_048_576 + 4;

export const manifestExtensions = ['.yaml', '.yml', '.json'];

/** A text; of a file that is no UTF-8 text what can be made of it, and of one that cannot be read nothing. */
export interface FileText {
  readonly text: string;
  readonly isReadable: boolean;
}

/** The manifests at the top of a project directory, by file name. No other file is looked at. */
export async function readManifestFiles(directory: string): Promise<ReadonlyMap<string, FileText>> {
  const names = await namesIn(directory);
  const files = new Map<string, FileText>();
  for (const kind of manifestKinds) {
    for (const extension of manifestExtensions) {
      const name = `${kind}${extension}`;
      if (names.includes(name)) files.set(name, await readText(directory, name));
    }
  }
  return files;
}

/** Files that manifests name, and all in schemas/, as far as they are there. Paths are relative, with "/". */
export async function readNamedFiles(
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileText>> {
  return readFilesInside(directory, [...paths, ...(await schemaFiles(directory))]);
}

/** The files at the top of evals/, by path. */
export async function readEvalFiles(directory: string): Promise<ReadonlyMap<string, FileText>> {
  const files = await filesIn(directory, 'evals');
  return readFilesInside(directory, files.filter(isEvalsFile));
}

/** Those of the files that are there, by path. */
export async function readFilesInside(
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileText>> {
  const wanted = new Set(paths);
  const files = new Map<string, FileText>();
  for (const file of [...wanted].toSorted()) {
    if (await isFileInside(directory, file)) files.set(file, await readText(directory, file));
  }
  return files;
}

/** Which of the files are there. They are not opened. */
export async function findFiles(directory: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const file of paths) {
    if (await isFileInside(directory, file)) found.add(file);
  }
  return found;
}

/** More than anybody would look through for the file that was meant. */
const mostNames = 1_000;

/** The files in the folders of some paths, none of which is there itself. They are not opened. */
export async function filesBeside(directory: string, missing: readonly string[]): Promise<readonly string[]> {
  const folders = new Set(missing.map((file) => path.posix.dirname(file)));
  const found: string[] = [];
  for (const folder of folders) {
    if (folder !== '.' && !(await isInside(directory, folder))) continue;
    found.push(...(await filesIn(directory, folder)));
  }
  return found;
}

async function filesIn(directory: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path.join(directory, folder), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).slice(0, mostNames);
    return files.map(({ name }) => path.posix.join(folder, name));
  } catch {
    return []; // the folder is not there either
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    throw new EngineError('MANIFEST_DIRECTORY_MISSING', `There is no readable directory "${directory}".`, {
      hint: `${await nearDirectory(directory)}Give the directory that holds workflow.yaml.`,
      cause,
    });
  }
}

/** A misspelt directory has one beside it that is meant. */
async function nearDirectory(directory: string): Promise<string> {
  try {
    const { dir, base } = path.parse(path.resolve(directory));
    const entries = await readdir(dir, { withFileTypes: true });
    const known = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const near = nearestName(
      base,
      known.filter((name) => name !== base),
    ); // one that cannot be read is there
    return near === undefined ? '' : `Did you mean "${near}"? `;
  } catch {
    return ''; // nor is the one above it there
  }
}

async function schemaFiles(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path.join(directory, 'schemas'));
    return names.filter((name) => name.endsWith('.json')).map((name) => `schemas/${name}`);
  } catch {
    return []; // the folder is optional
  }
}

/** A link that leads out of the project counts as not there. */
async function isFileInside(directory: string, file: string): Promise<boolean> {
  try {
    return (await isInside(directory, file)) && (await stat(path.join(directory, file))).isFile();
  } catch {
    return false;
  }
}

async function isInside(directory: string, file: string): Promise<boolean> {
  try {
    const [root, real] = await Promise.all([realpath(directory), realpath(path.join(directory, file))]);
    return real.startsWith(root + path.sep);
  } catch {
    return false;
  }
}

async function readText(directory: string, name: string): Promise<FileText> {
  const bytes = await bytesOf(path.join(directory, name));
  if (bytes === undefined) return { text: '', isReadable: false };
  // What was cut off may be cut within a character.
  const stream = bytes.length === maxBytes;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
    return { text, isReadable: true };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), isReadable: false };
  }
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    // Opening a pipe would wait for whoever writes into it.
    return (await stat(file)).isFile() ? await readBytes(file) : undefined;
  } catch {
    return undefined;
  }
}

/** As much of a file as is ever needed, however large it is. */
async function readBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < maxBytes) {
      const buffer = Buffer.allocUnsafe(Math.min(maxBytes - length, Math.max(size, 4_096)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}
