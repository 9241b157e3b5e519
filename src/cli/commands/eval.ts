import path from 'node:path';
import { EngineError, isEngineError, loadProject } from '../../engine/index.ts';
import {
  compareWithBaseline,
  formatEvalReport,
  runEvals,
  type CaseReport,
  type EvalOptions,
  type EvalReport,
  type ReportFormat,
} from '../../testing/index.ts';
import type { CliContext } from '../context.ts';
import { readBaselines, saveBaseline, type BaselineOptions } from '../eval-baseline.ts';
import { exitCodes } from '../exit-codes.ts';
import { costText, countText, durationText } from '../text/format-values.ts';
import { checkOutputFile, writeOutputFile } from '../output-file.ts';
import { writeOutput } from '../text/output-text.ts';
import { safeLine } from '../text/safe-text.ts';
import { withEvalProblems, writeProblems } from './validate.ts';

export interface EvalCommandOptions extends BaselineOptions {
  readonly runs?: number;
  readonly parallel?: number;
  readonly maxCost?: number;
  readonly format: ReportFormat;
  readonly out?: string;
  readonly tolerance?: number;
  readonly record?: string | true;
  readonly replay?: string | true;
  readonly quiet?: boolean;
}

/** Runs the cases of a project. The report is the result; how it goes is told on stderr. */
export async function evaluate(context: CliContext, directory: string, options: EvalCommandOptions): Promise<number> {
  const root = path.resolve(context.directory, directory);
  for (const file of [options.out, options.saveBaseline]) if (file !== undefined) await checkOutputFile(context, file);
  const { before, kept } = await readBaselines(context, options);
  const run = { ...runOptions(options), ...cassettesOf(context, root, options) };
  const ran = await runUntilSignal(context, root, { run, isQuiet: options.quiet === true });
  const report = before === undefined ? ran : compareWithBaseline(ran, before, compareOptions(options));
  await writeReport(context, formatEvalReport(report, options.format), options);
  if (report.stopped_by === 'signal') return exitCodes.interrupted;
  await saveBaseline(context, report, { ...options, ...(kept !== undefined && { kept }) });
  return report.passed ? exitCodes.success : exitCodes.failure;
}

/** What was paid for is not lost with a file that cannot be written any more. */
async function writeReport(context: CliContext, text: string, { out }: EvalCommandOptions): Promise<void> {
  if (out === undefined) return writeOutput(context.stdout, text);
  try {
    await writeOutputFile(context, out, text);
  } catch (error) {
    writeOutput(context.stdout, text);
    throw error;
  }
}

function runOptions({ filter, runs, parallel, maxCost }: EvalCommandOptions): EvalOptions {
  return {
    ...(filter !== undefined && { filter }),
    ...(runs !== undefined && { runs }),
    ...(parallel !== undefined && { parallel }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
  };
}

function compareOptions({ tolerance, filter }: EvalCommandOptions): Parameters<typeof compareWithBaseline>[2] {
  return { isWhole: filter === undefined, ...(tolerance !== undefined && { tolerance }) };
}

const defaultFolder = 'evals/cassettes';

/** A cassette lies in the project, wherever the command is started. */
function cassettesOf(
  context: CliContext,
  root: string,
  { record, replay }: EvalCommandOptions,
): Pick<EvalOptions, 'cassettes'> {
  const named = record ?? replay;
  if (named === undefined) return {};
  const folder = named === true ? path.join(root, defaultFolder) : path.resolve(context.directory, named);
  const inside = path.relative(root, folder).replaceAll(path.sep, '/');
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new EngineError('HOST_USAGE', `The folder "${folder}" is not inside of the project.`, {
      hint: `Name one below "${root}".`,
    });
  }
  return { cassettes: { directory: inside, record: record === undefined ? 'never' : 'all' } };
}

interface Watched {
  readonly run: EvalOptions;
  readonly isQuiet: boolean;
}

/** The first signal ends the runs and gives what is there; the second ends the process. */
async function runUntilSignal(context: CliContext, root: string, { run, isQuiet }: Watched): Promise<EvalReport> {
  const { stderr, environment } = context;
  const stop = new AbortController();
  const unwatch = context.onSignal(() => {
    unwatch();
    stop.abort();
    stderr.write('Stopping; the report has what is over.\n');
  });
  const startedAt = context.now();
  try {
    const warn = priceWarning(context, run);
    const onCase = (report: CaseReport): void => {
      if (!isQuiet) stderr.write(`${caseLine(report)}\n`);
      warn(report);
    };
    const report = await runEvals(root, { ...run, environment, signal: stop.signal, onCase });
    if (!isQuiet) stderr.write(`It took ${durationText(context.now() - startedAt)}.\n`);
    return report;
  } catch (error) {
    if (isEngineError(error) && error.code === 'MANIFEST_INVALID') await showProblems(context, root);
    throw error;
  } finally {
    unwatch();
  }
}

/** Says once that the limit is none for runs whose cost nobody knows. */
function priceWarning({ stderr }: CliContext, { maxCostUsd }: EvalOptions): (report: CaseReport) => void {
  let isSaid = maxCostUsd === undefined;
  return ({ id, runs }) => {
    if (isSaid || runs.every(({ cost_usd: cost }) => cost !== undefined)) return;
    isSaid = true;
    const text = `What "${id}" costs is not known, since a model has no price: --max-cost does not count it.`;
    stderr.write(`${stderr.colors.yellow('warning')} ${safeLine(text)}\n`);
  };
}

function caseLine({ id, status, runs, cost_usd: cost, latency_ms: latency }: CaseReport): string {
  const parts = [
    ...(runs.length > 1 ? [countText(runs.length, 'run')] : []),
    durationText(latency),
    ...(cost === undefined ? [] : [costText(cost)]),
  ];
  return `${id} ${status} (${parts.join(', ')})`;
}

async function showProblems({ stderr, environment }: CliContext, root: string): Promise<void> {
  const loaded = withEvalProblems(await loadProject(root, { environment }));
  writeProblems(stderr, { ...loaded, problems: loaded.problems.filter(({ severity }) => severity === 'error') });
}
