import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import picocolors from 'picocolors';
import { EngineError } from '../engine/index.ts';
import type { CliContext, Output } from './context.ts';

/** Writes the file of `--out`. */
export async function writeOutputFile({ directory }: CliContext, name: string, text: string): Promise<void> {
  const file = path.resolve(directory, name);
  try {
    await writeFile(file, text);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" cannot be written${reason}.`, {
      hint: 'Give --out a file in a directory that is there and may be written.',
      cause,
    });
  }
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
