import { lstat, mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../engine/index.ts';
import { refuseOtherText } from '../write-schema-files.ts';

const mostNames = 5;
const ignoreFile = '.gitignore';

/** Texts by path from the project, with slashes. */
type Texts = ReadonlyMap<string, string>;

export interface NewProject {
  readonly texts: Texts;
  /** Those of an earlier time are replaced. */
  readonly schemas: Texts;
  /** Lines that .gitignore gets where it lacks them. */
  readonly ignored: readonly string[];
}

/** Writes all files and answers their paths, or leaves everything as it was: where one is there and may not be replaced, or cannot be written. */
export async function writeProject(
  directory: string,
  { texts, schemas, ignored }: NewProject,
  { force }: { readonly force: boolean },
): Promise<readonly string[]> {
  const names = [...texts.keys(), ...schemas.keys(), ignoreFile];
  const before = new Map<string, string>();
  for (const name of new Set(names)) {
    const text = await textIn(directory, name);
    if (text !== undefined) before.set(name, text);
  }
  const taken = [...texts.keys()].filter((name) => before.has(name));
  if (!force && taken.length > 0) throw inTheWay(directory, taken);
  for (const name of schemas.keys()) refuseOther(path.join(directory, name), before.get(name));
  const ignoreText = withLines(texts.get(ignoreFile) ?? before.get(ignoreFile) ?? '', ignored);
  const all = new Map([...texts, ...schemas, ...(ignoreText === undefined ? [] : [[ignoreFile, ignoreText] as const])]);
  await writeOrUndo(directory, all, before);
  return [...all.keys()].toSorted();
}

/** Undefined where there is nothing yet. What a link leads to is not part of the project, and nothing is written through one. */
async function textIn(directory: string, name: string): Promise<string | undefined> {
  const steps = name.split('/');
  for (const [index] of steps.entries()) {
    const place = path.join(directory, ...steps.slice(0, index + 1));
    const isLast = index === steps.length - 1;
    try {
      const found = await lstat(place);
      if (found.isSymbolicLink()) throw isLink(place);
      if (isLast ? !found.isFile() : !found.isDirectory())
        throw unwritable(place, { code: isLast ? 'EEXIST' : 'ENOTDIR' });
      if (isLast) return await readFile(place, 'utf8');
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw unwritable(place, cause);
    }
  }
  return undefined;
}

async function writeOrUndo(directory: string, texts: Texts, before: Texts): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  for (const [name, text] of texts) {
    const file = path.join(directory, name);
    const old = before.get(name);
    try {
      const first = await mkdir(path.dirname(file), { recursive: true });
      if (first !== undefined)
        undo.push(...foldersFrom(first, path.dirname(file)).map((folder) => () => rmdir(folder)));
      if (old === undefined) await writeFile(file, '', { flag: 'wx' });
      undo.push(() => (old === undefined ? rm(file, { force: true }) : writeFile(file, old)));
      await writeFile(file, text);
    } catch (cause) {
      // One after the other, the last first: a folder can go when it is empty.
      for (const step of undo.toReversed()) await step().catch(() => undefined);
      throw unwritable(file, cause);
    }
  }
}

/** The first folder that was made and those below it, down to the last. */
function foldersFrom(first: string, last: string): readonly string[] {
  const below = path
    .relative(first, last)
    .split(path.sep)
    .filter((step) => step !== '');
  return [first, ...below.map((_, index) => path.join(first, ...below.slice(0, index + 1)))];
}

/** Undefined where it has all lines. */
function withLines(before: string, lines: readonly string[]): string | undefined {
  const known = new Set(before.split(/\r?\n/u).map((line) => line.trim().replace(/^\//u, '')));
  const fresh = lines.filter((line) => !known.has(line) && !known.has(line.replace(/\/$/u, '')));
  if (fresh.length === 0) return undefined;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before}${gap}${fresh.join('\n')}\n`;
}

function refuseOther(file: string, text: string | undefined): void {
  if (text !== undefined) refuseOtherText(file, text, 'Move it away: the schemas for editors go there.');
}

function inTheWay(directory: string, there: readonly string[]): EngineError {
  const more = there.length > mostNames ? ` and ${there.length - mostNames} more` : '';
  const list = there.slice(0, mostNames).map((name) => `"${name}"`);
  return new EngineError(
    'HOST_OUTPUT_UNWRITABLE',
    `The directory "${directory}" has ${list.join(', ')}${more} already.`,
    {
      hint: 'Give another directory, or --force to write over them.',
    },
  );
}

function isLink(place: string): EngineError {
  return new EngineError('HOST_OUTPUT_UNWRITABLE', `"${place}" is a link, and nothing is written through one.`, {
    hint: 'Give another directory, or move the link away.',
  });
}

function unwritable(file: string, cause: unknown): EngineError {
  const code = codeOf(cause);
  const reason = code === undefined ? '' : ` (${code})`;
  return new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" cannot be written${reason}.`, {
    hint: 'Give a directory that may be written, or move away what is in the way.',
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
