import { drawingModel, toMermaid, type DrawingModel } from '../../diagram/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkPipeline } from '../known-pipeline.ts';
import { loadValidProject } from '../open-engine.ts';
import { writeOutputFile } from '../output-file.ts';

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
  checkPipeline([...compiled.pipelines.keys(), ...compiled.bodies.keys()], options.pipeline);
  const drawing = formats[options.format](drawingModel(compiled, options.pipeline));
  if (options.out === undefined) context.stdout.write(drawing);
  else await writeOutputFile(context, options.out, drawing);
  return exitCodes.success;
}
