import path from 'node:path';
import { importPlace } from '../import-place.ts';
import { problemText } from './ask-code.ts';

/** Why a module cannot be loaded, as the end of a sentence, and what helps. */
export interface ImportFault {
  readonly reason: string;
  readonly hint: string;
}

/** What an `import` of a file of a project threw. */
export async function importFault(error: unknown, file: string, root: string): Promise<ImportFault> {
  const said = problemText(error).replaceAll(`${root}${path.sep}`, '').replace(/\.$/u, '');
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND')
    return { reason: said, hint: 'Install the package that it imports, or correct the path of the import.' };
  const where = await importPlace(error, file, root);
  if (where === undefined) return { reason: said, hint: 'Correct the code of the module.' };
  return { reason: `${said} (${where})`, hint: `Correct the code at ${where}.` };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
