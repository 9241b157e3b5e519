import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Place {
  readonly file: string;
  /** Line, and column where it is known: `3:18`. */
  readonly at: string;
}

/** Where in a project the import of a file went wrong, as `plugins/guard.js:3:18`; nothing where no file of it is to blame. */
export async function importPlace(error: unknown, file: string, root: string): Promise<string | undefined> {
  const place = placeIn(error, root) ?? (error instanceof SyntaxError ? await syntaxPlace(file, root) : undefined);
  return place === undefined ? undefined : `${path.relative(root, place.file)}:${place.at}`;
}

/** The first line of the stack that is in the project. */
function placeIn(error: unknown, root: string): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = [...stack.matchAll(/(?<url>file:\/\/[^\s):]+):(?<at>\d+(?::\d+)?)/gu)].flatMap(({ groups }) => {
    const { url = '', at = '' } = groups ?? {};
    return URL.canParse(url) ? [{ file: fileURLToPath(url), at }] : [];
  });
  return places.find(({ file }) => isIn(root, file));
}

function isIn(root: string, file: string): boolean {
  return file.startsWith(root + path.sep);
}

const searchLimitMs = 5_000;

/** An error of syntax does not say itself where it is: the file is looked at, and then those of the project that it imports. */
async function syntaxPlace(first: string, root: string): Promise<Place | undefined> {
  const endsAt = performance.now() + searchLimitMs;
  const files = new Set([first]);
  for (const file of files) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return undefined;
    const at = await faultIn(file, Math.ceil(leftMs));
    if (at !== undefined) return { file, at };
    for (const imported of await importsOf(file)) if (isIn(root, imported)) files.add(imported);
  }
  return undefined;
}

/** The check reads the file and runs nothing of it. It prints the place, the line, and marks below it. */
async function faultIn(file: string, timeout: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { timeout, env: {} };
  execFile(process.execPath, ['--check', file], options, (_error, _stdout, stderr) => resolve(stderr));
  const { line, marks } = /^(?!node:).+:(?<line>\d+)\n.*\n(?<marks> *)\^/mu.exec(await promise)?.groups ?? {};
  return line === undefined || marks === undefined ? undefined : `${line}:${marks.length + 1}`;
}

/** Files that it imports by a relative path: more may be found than there are, in its comments and texts. */
async function importsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = text.matchAll(/\b(?:from|import)\s*(?<quote>["'])(?<name>\.{1,2}\/[^"'\n]+)\k<quote>/gu);
  return Array.from(found, ({ groups }) => path.resolve(path.dirname(file), groups?.['name'] ?? ''));
}
