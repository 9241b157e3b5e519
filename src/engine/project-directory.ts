import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../errors/index.ts';
import { manifestKinds } from '../manifest/index.ts';

/** A file larger than this is not read; the reader of manifests says so. */
const maxBytes = 10 * 1_048_576 + 1;

const extensions = ['.yaml', '.yml', '.json'];

/** The manifests at the top of a project directory: text by file name. No other file is looked at. */
export async function readManifestFiles(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await namesIn(directory);
  const files = new Map<string, string>();
  for (const kind of manifestKinds) {
    for (const extension of extensions) {
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
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set([...paths, ...(await schemaFiles(directory))]);
  const files = new Map<string, string>();
  for (const file of [...wanted].toSorted()) {
    if (await isFileInside(directory, file)) files.set(file, await readText(directory, file));
  }
  return files;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    throw new EngineError('MANIFEST_DIRECTORY_MISSING', `There is no readable directory "${directory}".`, {
      hint: 'Give the directory that holds workflow.yaml.',
      cause,
    });
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
    const [root, real] = await Promise.all([realpath(directory), realpath(path.join(directory, file))]);
    return real.startsWith(root + path.sep) && (await stat(real)).isFile();
  } catch {
    return false;
  }
}

async function readText(directory: string, name: string): Promise<string> {
  const file = path.join(directory, name);
  try {
    const { size } = await stat(file);
    const bytes = await readFile(file);
    // Cut so that a huge file is refused by its size without its text being kept.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      size > maxBytes ? bytes.subarray(0, 0) : bytes,
    );
  } catch (cause) {
    throw new EngineError('MANIFEST_FILE_UNREADABLE', `The file "${file}" cannot be read as UTF-8 text.`, {
      hint: 'Make it readable and save it as UTF-8.',
      cause,
    });
  }
}
