import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError, storedRun } from '../../engine/index.ts';
import {
  coverageOverlay,
  projectTask,
  taskOverlay,
  withNotes,
  withStoredStages,
  type DrawingModel,
  type Overlay,
} from '../../diagram/index.ts';
import type { CliContext } from '../context.ts';

export interface OverlayOptions {
  readonly task?: string;
  /** The entry of the task's journal after which it is shown. */
  readonly at?: number;
  readonly coverage?: string;
}

export interface OverlaidDrawing {
  readonly model: DrawingModel;
  readonly overlay?: Overlay;
}

/** The drawing with how a task went, or with what a test covers. */
export async function overlayDrawing(
  context: CliContext,
  { model, directory }: { readonly model: DrawingModel; readonly directory: string },
  { task, at, coverage }: OverlayOptions,
): Promise<OverlaidDrawing> {
  if (coverage !== undefined) return { model, overlay: coverageOverlay(model, await readCoverage(context, coverage)) };
  if (task === undefined) return { model };
  const run = await storedRun(directory, task, at);
  const stood = withStoredStages(projectTask(task, run.events), run);
  const overlay = taskOverlay(model, stood, at === undefined ? undefined : `after entry ${at}`);
  return { model: withNotes(model, overlay), overlay };
}

/** As much of the report of `paths --test` as is drawn. */
const Coverage = z.object({
  pipelines: z.array(
    z.object({
      pipeline: z.string(),
      walks: z.array(z.object({ trace: z.array(z.string()), live: z.array(z.string()) })),
    }),
  ),
});
type Coverage = z.infer<typeof Coverage>;

const coverageHint = 'Write one with: agent-engine paths <dir> --test --format json --out <file>';

async function readCoverage({ directory }: CliContext, name: string): Promise<Coverage> {
  const file = path.resolve(directory, name);
  const refuse = (what: string, cause: unknown): EngineError =>
    new EngineError('HOST_COVERAGE_UNREADABLE', `The file "${file}" ${what}.`, { hint: coverageHint, cause });
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refuse('cannot be read', cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('is no JSON', cause);
  }
  const report = Coverage.safeParse(value);
  if (report.success) return report.data;
  throw refuse('is no report of walks', report.error);
}
