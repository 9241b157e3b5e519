import { access, constants, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import picocolors from 'picocolors';
import { EngineError } from '../engine/index.ts';
import type { CliContext, Output } from './context.ts';

/** Writes the file of `--out`, or of another option. */
export async function writeOutputFile({ directory }: CliContext, name: string, text: string): Promise<void> {
  const file = path.resolve(directory, name);
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Throws as `writeOutputFile` is going to, as far as that can be told before there is a text; changes nothing. */
export async function checkOutputFile({ directory }: CliContext, name: string): Promise<void> {
  const file = path.resolve(directory, name);
  try {
    const there = await stat(file).catch(missing);
    if (there?.isDirectory() === true) throw Object.assign(new Error('It is a directory.'), { code: 'EISDIR' });
    // What is below a file is no directory, and a slash at the end asks for one.
    if (there === undefined) await access(`${path.dirname(file)}${path.sep}`, constants.W_OK);
    else await access(file, constants.W_OK);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function unwritable(file: string, cause: unknown): EngineError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" cannot be written${reason}.`, {
    hint: 'Give a file in a directory that is there and may be written.',
    cause,
  });
}

/** An output that keeps what is written to it, as a file is to have it. */
export function createBuffer(): Output & { readonly text: () => string } {
  const pieces: string[] = [];
  return {
    write: (text) => void pieces.push(text),
    text: () => pieces.join(''),
    isTerminal: false,
    colors: picocolors.createColors(false),
    columns: () => 80,
    rows: () => 24,
  };
}
