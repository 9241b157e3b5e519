import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError, storedEvents } from '../../engine/index.ts';
import {
  coverageOverlay,
  projectTask,
  taskOverlay,
  withNotes,
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
  const events = await storedEvents(directory, task);
  const known = at === undefined ? events : eventsUntil(events, task, at);
  const overlay = taskOverlay(model, projectTask(task, known), at === undefined ? undefined : `after entry ${at}`);
  return { model: withNotes(model, overlay), overlay };
}

/** Events of an entry of the journal are numbered from a million times its own number on. */
const eventsPerEntry = 1_000_000;

interface TimedEvent {
  readonly taskId: string;
  readonly seq: number;
  readonly time: number;
}

/** Of child tasks what had happened by then. */
function eventsUntil<Event extends TimedEvent>(events: readonly Event[], task: string, at: number): readonly Event[] {
  const own = events.filter(({ taskId, seq }) => taskId === task && seq < (at + 1) * eventsPerEntry);
  const last = own.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
  const kept = new Set(own);
  return events.filter((event) => kept.has(event) || (event.taskId !== task && event.time <= last));
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
