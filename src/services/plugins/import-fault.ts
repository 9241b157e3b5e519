import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { problemText } from './ask-code.ts';

/** Why a module cannot be loaded, as the end of a sentence, and what helps. */
export interface ImportFault {
  readonly reason: string;
  readonly hint: string;
}

interface Place {
  readonly file: string;
  readonly line: string;
}

/** What an `import` of a file of a project threw. */
export async function importFault(error: unknown, file: string, root: string): Promise<ImportFault> {
  const said = problemText(error).replaceAll(`${root}${path.sep}`, '').replace(/\.$/u, '');
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND')
    return { reason: said, hint: 'Install the package that it imports, or correct the path of the import.' };
  const place = placeIn(error, root) ?? (error instanceof SyntaxError ? await syntaxPlace(file) : undefined);
  if (place === undefined) return { reason: said, hint: 'Correct the code of the module.' };
  const where = `${path.relative(root, place.file)}:${place.line}`;
  return { reason: `${said} (${where})`, hint: `Correct the code at ${where}.` };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** The first line of the stack that is in the project. */
function placeIn(error: unknown, root: string): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = [...stack.matchAll(/(?<url>file:\/\/[^\s):]+):(?<line>\d+)/gu)].flatMap(({ groups }) => {
    const { url = '', line = '' } = groups ?? {};
    return URL.canParse(url) ? [{ file: fileURLToPath(url), line }] : [];
  });
  return places.find(({ file }) => file.startsWith(root + path.sep));
}

const checkLimitMs = 5_000;

/** An error of syntax does not say itself where it is. The check reads the file and runs nothing of it. */
async function syntaxPlace(file: string): Promise<Place | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { timeout: checkLimitMs, env: {} };
  execFile(process.execPath, ['--check', file], options, (_error, _stdout, stderr) => resolve(stderr));
  const line = /^.+:(?<line>\d+)$/mu.exec(await promise)?.groups?.['line'];
  return line === undefined ? undefined : { file, line };
}
