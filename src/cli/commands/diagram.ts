import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawingModel, toMermaid, type DrawingModel } from '../../diagram/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadValidProject } from '../open-engine.ts';

/** What can be drawn, by the names that --format takes. */
const formats = { mermaid: toMermaid } as const satisfies Record<string, (model: DrawingModel) => string>;

export interface DiagramOptions {
  readonly format: keyof typeof formats;
  readonly pipeline?: string;
  readonly out?: string;
}

/** Draws the workflow of a project as text. */
export async function diagram(context: CliContext, directory: string, options: DiagramOptions): Promise<number> {
  const compiled = await loadValidProject(context, directory);
  const drawing = formats[options.format](drawingModel(compiled, options.pipeline));
  if (options.out === undefined) context.stdout.write(drawing);
  else await writeDrawing(path.resolve(context.directory, options.out), drawing);
  return exitCodes.success;
}

async function writeDrawing(file: string, drawing: string): Promise<void> {
  try {
    await writeFile(file, drawing);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new EngineError('HOST_OUTPUT_UNWRITABLE', `The file "${file}" cannot be written${reason}.`, {
      hint: 'Give --out a file in a directory that is there and may be written.',
      cause,
    });
  }
}
