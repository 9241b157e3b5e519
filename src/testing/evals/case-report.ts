import type { EvalCase } from '../../index.ts';
import type { CaseReport, RunReport } from './eval-report.ts';
import { added } from './run-case.ts';

/** What all runs of a case came to. */
export function caseReport(evalCase: EvalCase, runs: readonly RunReport[], wanted: number): CaseReport {
  const { spec } = evalCase;
  const { file, line } = evalCase.locate([]);
  const passRate = spec.pass_rate ?? 1;
  const passedRuns = runs.filter(({ passed }) => passed).length;
  const mean = (valueOf: (run: RunReport) => number): number =>
    runs.length === 0 ? 0 : runs.reduce((sum, run) => sum + valueOf(run), 0) / runs.length;
  const cost = runs.reduce<number | undefined>((sum, run) => added(sum, run.cost_usd), 0);
  return {
    id: evalCase.id,
    ...(spec.description !== undefined && { description: spec.description }),
    file,
    line,
    tags: spec.tags ?? [],
    // Shares such as 0.7 of ten are no whole numbers to a computer.
    status: passedRuns >= passRate * wanted - 1e-9 ? 'passed' : 'failed',
    score: mean(({ score }) => score),
    pass_rate: passRate,
    passed_runs: passedRuns,
    wanted_runs: wanted,
    runs,
    ...(cost !== undefined && runs.length > 0 && { cost_usd: cost / runs.length }),
    tokens: Math.round(mean(({ tokens }) => tokens)),
    latency_ms: Math.round(mean(({ latency_ms: latency }) => latency)),
  };
}

/** A case of which runs are missing, since it was stopped before. */
export function notRun(evalCase: EvalCase, runs: readonly RunReport[], wanted: number): CaseReport {
  return { ...caseReport(evalCase, runs, wanted), status: 'not_run' };
}
