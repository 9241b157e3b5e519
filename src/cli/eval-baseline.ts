import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, isEngineError } from '../engine/index.ts';
import { baselineOf, parseBaseline, type EvalBaseline, type EvalReport } from '../testing/index.ts';
import type { CliContext } from './context.ts';
import { writeOutputFile } from './output-file.ts';

export interface BaselineOptions {
  readonly filter?: readonly string[];
  readonly baseline?: string;
  readonly saveBaseline?: string;
}

export interface Baselines {
  /** What the cases are held against. */
  readonly before?: EvalBaseline;
  /** What the file to write holds already. */
  readonly kept?: EvalBaseline;
}

/** Reads both files. Throws HOST_BASELINE_INVALID, before anything has cost something. */
export async function readBaselines(
  context: CliContext,
  { filter, baseline, saveBaseline: saved }: BaselineOptions,
): Promise<Baselines> {
  const before = baseline === undefined ? undefined : await readBaseline(context, baseline);
  const kept = saved === undefined ? undefined : await keptBaseline(context, saved, filter !== undefined);
  return { ...(before !== undefined && { before }), ...(kept !== undefined && { kept }) };
}

/**
 * Writes what the cases came to. Of cases that were left out the file keeps what it has; and it keeps all when they are worse than
 * what it has: a failure would be what later runs are held against.
 */
export async function saveBaseline(
  context: CliContext,
  report: EvalReport,
  { filter, baseline, saveBaseline: file, kept }: BaselineOptions & Pick<Baselines, 'kept'>,
): Promise<void> {
  if (file === undefined) return;
  const isWorse = report.comparison?.some(({ change }) => change === 'worse') ?? false;
  if (isWorse && baseline !== undefined && (await isSameFile(context, [file, baseline]))) {
    context.stderr.write(`The baseline "${file}" stays as it was, since cases are worse.\n`);
    return;
  }
  const isPart = filter !== undefined || report.totals.not_run > 0;
  await writeOutputFile(context, file, `${JSON.stringify(baselineOf(report, isPart ? kept : undefined), null, 2)}\n`);
}

async function readBaseline({ directory }: CliContext, file: string): Promise<EvalBaseline> {
  try {
    return parseBaseline(await readFile(path.resolve(directory, file), 'utf8'), file);
  } catch (cause) {
    if (isEngineError(cause)) throw cause;
    throw new EngineError('HOST_BASELINE_INVALID', `The baseline "${file}" cannot be read.`, {
      hint: 'Write one with --save-baseline.',
      cause,
    });
  }
}

/** Undefined where there is none, or one that all cases take the place of. */
async function keptBaseline(context: CliContext, file: string, isPart: boolean): Promise<EvalBaseline | undefined> {
  if (!(await isFile(path.resolve(context.directory, file)))) return undefined;
  try {
    return await readBaseline(context, file);
  } catch (cause) {
    if (!isPart) return undefined;
    throw new EngineError('HOST_BASELINE_INVALID', `The file "${file}" is no baseline that cases can be added to.`, {
      hint: 'Remove it, or write a new one of all cases, without --filter.',
      cause,
    });
  }
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false; // what cannot be seen is told when it is written
  }
}

async function isSameFile({ directory }: CliContext, names: readonly string[]): Promise<boolean> {
  const files = await Promise.all(names.map((name) => realPath(path.resolve(directory, name))));
  return new Set(files).size === 1;
}

async function realPath(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return file; // it is not there yet
  }
}
