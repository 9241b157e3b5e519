export {
  baselineOf,
  compareWithBaseline,
  parseBaseline,
  type CompareOptions,
  type EvalBaseline,
} from './evals/baseline.ts';
export type {
  CaseComparison,
  CaseReport,
  EvalFinding,
  EvalReport,
  EvalTotals,
  RunReport,
  StopReason,
} from './evals/eval-report.ts';
export { formatEvalReport } from './evals/format-evals.ts';
export { runEvals, type EvalOptions } from './evals/run-evals.ts';
export { formatPathReport, type ReportFormat } from './format-report.ts';
export {
  listProjectPaths,
  type ListedEdge,
  type ListedPath,
  type MostPerRun,
  type PathFacts,
  type PathList,
  type PathListOptions,
  type PipelinePaths,
  type UnhandledFailure,
} from './path-list.ts';
export type { CoverageRow, PathReport, PipelineReport, WalkReport } from './path-report.ts';
export { pipelinesOf } from './pipelines.ts';
export { pathCases, testPaths, type PathOptions } from './test-paths.ts';
