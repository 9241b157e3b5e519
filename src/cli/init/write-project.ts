import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../engine/index.ts';

const mostNames = 5;

/** Writes all files, or none where one is there and may not be replaced. */
export async function writeProject(
  directory: string,
  texts: ReadonlyMap<string, string>,
  { force }: { readonly force: boolean },
): Promise<void> {
  if (!force) await refuseToReplace(directory, [...texts.keys()]);
  for (const [name, text] of texts) {
    const file = path.join(directory, name);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { flag: force ? 'w' : 'wx' });
    } catch (cause) {
      throw unwritable(file, cause);
    }
  }
}

/** Adds the lines that are not there yet; answers whether there were any. */
export async function addLines(file: string, lines: readonly string[]): Promise<boolean> {
  const before = await textIn(file);
  const known = new Set(before.split(/\r?\n/u).map((line) => line.trim().replace(/^\//u, '')));
  const fresh = lines.filter((line) => !known.has(line) && !known.has(line.replace(/\/$/u, '')));
  if (fresh.length === 0) return false;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    await writeFile(file, `${before}${gap}${fresh.join('\n')}\n`);
  } catch (cause) {
    throw unwritable(file, cause);
  }
  return true;
}

async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return '';
    throw unwritable(file, cause);
  }
}

async function refuseToReplace(directory: string, names: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const name of names) if (await isThere(path.join(directory, name))) there.push(name);
  if (there.length === 0) return;
  const more = there.length > mostNames ? ` and ${there.length - mostNames} more` : '';
  const list = there.slice(0, mostNames).map((name) => `"${name}"`);
  throw new EngineError(
    'HOST_OUTPUT_UNWRITABLE',
    `The directory "${directory}" has ${list.join(', ')}${more} already.`,
    {
      hint: 'Give another directory, or --force to write over them.',
    },
  );
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw unwritable(file, cause);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unwritable(file: string, cause: unknown): EngineError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" cannot be written${reason}.`, {
    hint: 'Give a directory that may be written, or move away what is in the way.',
    cause,
  });
}
