import { EngineError, loadProject, type EvalCase, type LoadedProject } from '../../index.ts';
import { caseReport, notRun } from './case-report.ts';
import type { CaseReport, EvalReport, EvalTotals, RunReport, StopReason } from './eval-report.ts';
import { added, checkJudges, runCase, type RunContext } from './run-case.ts';

export interface EvalOptions extends Pick<RunContext, 'environment' | 'cassettes' | 'prepare' | 'signal'> {
  /** Runs cases alone that have one of these words as a tag or in their id. Default: all. */
  readonly filter?: readonly string[];
  /** How often each case is run, whatever it says itself. */
  readonly runs?: number;
  /** Runs at a time. Default: 4. */
  readonly parallel?: number;
  /** US dollars, judges included, after which no further run begins. Runs whose cost is not known count nothing. */
  readonly maxCostUsd?: number;
  /** Told of each case when its last run is over. */
  readonly onCase?: (report: CaseReport) => void;
}

const defaultParallel = 4;

/**
 * Runs the cases in evals/ of a project. Rejects with MANIFEST_INVALID for manifests or cases with errors,
 * MANIFEST_FILE_MISSING when there are no cases, HOST_USAGE when the filter leaves none, and with the error of a judge that cannot
 * be asked here, as MODEL_KEY_MISSING. What `prepare` or `onCase` throws stops all runs, and is thrown when they are over.
 */
export async function runEvals(directory: string, options: EvalOptions = {}): Promise<EvalReport> {
  const asksNobody = options.cassettes?.record === 'never';
  const environment = options.environment ?? process.env;
  const loaded = await loadProject(directory, asksNobody ? {} : { environment });
  const cases = chosenCases(loaded, options.filter);
  const progress = createProgress(cases, options);
  const fault = new AbortController();
  const signal = AbortSignal.any([fault.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const onFault = (error: unknown): void => fault.abort(error);
  const context: RunContext = { ...options, signal, onFault, directory: loaded.directory, evals: loaded.evals };
  await checkJudges(cases, context);
  await inParallel(options.parallel ?? defaultParallel, progress.jobs, async ({ evalCase, number }) => {
    if (fault.signal.aborted || progress.stoppedBy() !== undefined) return;
    try {
      progress.take(evalCase, await runCase(evalCase, number, context));
    } catch (error) {
      onFault(error);
    }
  });
  // Nothing is at work any more, and nothing spends, once the caller hears of it.
  fault.signal.throwIfAborted();
  const reports = progress.reports();
  const totals = totalsOf(reports);
  const stoppedBy = totals.not_run > 0 || options.signal?.aborted === true ? progress.stoppedBy() : undefined;
  return {
    version: 1,
    passed: totals.passed === totals.cases,
    cases: reports,
    totals,
    ...(stoppedBy !== undefined && { stopped_by: stoppedBy }),
  };
}

/** Throws for a project whose cases cannot be run, or that has none. */
function chosenCases(loaded: LoadedProject, filter: readonly string[] = []): readonly EvalCase[] {
  const { directory, compiled, problems, evals } = loaded;
  const errors = [...problems, ...evals.problems].filter(({ severity }) => severity === 'error');
  if (compiled === undefined || errors.length > 0) {
    const [first] = errors;
    const said = first === undefined ? '' : ` First: ${first.message}`;
    throw new EngineError('MANIFEST_INVALID', `The manifests or cases in "${directory}" have errors.${said}`, {
      hint: `See them with: agent-engine validate ${directory}`,
      problems: errors,
    });
  }
  if (evals.cases.length === 0) {
    throw new EngineError('MANIFEST_FILE_MISSING', `The project "${directory}" has no cases.`, {
      hint: 'Write some into evals/<name>.yaml: see docs/evals.md.',
    });
  }
  const fits = ({ id, spec: { tags = [] } }: EvalCase): boolean =>
    filter.length === 0 || filter.some((word) => id.includes(word) || tags.includes(word));
  const chosen = evals.cases.filter(fits);
  if (chosen.length > 0) return chosen;
  throw new EngineError(
    'HOST_USAGE',
    `No case has ${filter.map((word) => `"${word}"`).join(' or ')} in its id or its tags.`,
    {
      hint: `There are: ${evals.cases
        .slice(0, 10)
        .map(({ id }) => id)
        .join(', ')}.`,
    },
  );
}

interface Job {
  readonly evalCase: EvalCase;
  /** Counted from 1. */
  readonly number: number;
}

interface Progress {
  readonly jobs: readonly Job[];
  /** What came of a run; nothing for one that was stopped. */
  take(evalCase: EvalCase, run: RunReport | undefined): void;
  stoppedBy(): StopReason | undefined;
  reports(): readonly CaseReport[];
}

function createProgress(cases: readonly EvalCase[], { runs, maxCostUsd, signal, onCase }: EvalOptions): Progress {
  const wanted = ({ spec }: EvalCase): number => runs ?? spec.runs ?? 1;
  const done = new Map<string, RunReport[]>();
  let spent = 0;
  return {
    jobs: cases.flatMap((evalCase) =>
      Array.from({ length: wanted(evalCase) }, (_, index) => ({ evalCase, number: index + 1 })),
    ),
    take(evalCase, run) {
      if (run === undefined) return;
      spent += run.cost_usd ?? 0;
      const all = [...(done.get(evalCase.id) ?? []), run];
      done.set(evalCase.id, all);
      if (all.length === wanted(evalCase)) onCase?.(caseReport(evalCase, all, all.length));
    },
    stoppedBy() {
      if (signal?.aborted === true) return 'signal';
      return maxCostUsd !== undefined && spent >= maxCostUsd ? 'max_cost' : undefined;
    },
    reports: () =>
      cases.map((evalCase) => {
        const all = done.get(evalCase.id) ?? [];
        const count = wanted(evalCase);
        return all.length < count ? notRun(evalCase, all, count) : caseReport(evalCase, all, count);
      }),
  };
}

/** Does all jobs, so many at a time; `work` does not reject. */
async function inParallel<Item>(
  places: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(places, items.length) }, worker));
}

function totalsOf(reports: readonly CaseReport[]): EvalTotals {
  const runs = reports.flatMap((report) => report.runs);
  const cost = runs.reduce<number | undefined>((sum, run) => added(sum, run.cost_usd), 0);
  const count = (status: CaseReport['status']): number => reports.filter((report) => report.status === status).length;
  return {
    cases: reports.length,
    passed: count('passed'),
    failed: count('failed'),
    not_run: count('not_run'),
    ...(cost !== undefined && { cost_usd: cost }),
    tokens: runs.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}
