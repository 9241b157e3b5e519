import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, isManifestSchema } from '../engine/index.ts';

/**
 * Writes all files or says why it cannot; answers their paths. Each text is complete before it takes the name of its
 * file, since editors and `validate` may read at any time.
 */
export async function writeSchemaFiles(
  directory: string,
  texts: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const files = [...texts].map(([name, text]) => {
    const file = path.join(directory, name);
    return { file, text, draft: `${file}.${process.pid}.tmp` };
  });
  for (const { file } of files) await refuseToReplace(file);
  let at = `directory "${directory}"`;
  try {
    await makeDirectory(directory);
    for (const { draft, text } of files) await writeFile(draft, text, { flag: 'wx' });
    for (const { draft, file } of files) {
      at = `file "${file}"`;
      await rename(draft, file);
    }
  } catch (cause) {
    await Promise.allSettled(files.map(({ draft }) => rm(draft, { force: true })));
    throw unwritable(at, cause);
  }
  return files.map(({ file }) => file);
}

/** Node's own way to make the parents too never ends where the system says that a directory it has is not there. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return; // if it is a file, writing below it says so
    const parent = path.dirname(directory);
    if (!hasCode(error, 'ENOENT') || parent === directory) throw error;
    await makeDirectory(parent);
    await mkdir(directory);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function refuseToReplace(file: string): Promise<void> {
  let there: string;
  try {
    there = await readFile(file, 'utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT') || hasCode(cause, 'ENOTDIR')) return;
    throw unwritable(`file "${file}"`, cause);
  }
  refuseOtherText(file, there, 'Give --out another directory, or move the file away.');
}

/** A schema of the project's own may have the same name. Throws HOST_OUTPUT_UNWRITABLE for what is no schema of manifests. */
export function refuseOtherText(file: string, text: string, hint: string): void {
  if (isManifestSchema(parsed(text))) return;
  throw new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" is there and holds something else.`, { hint });
}

function unwritable(what: string, cause: unknown): EngineError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new EngineError('HOST_OUTPUT_UNWRITABLE', `The ${what} cannot be written${reason}.`, {
    hint: 'Give --out a directory that may be written.',
    cause,
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
