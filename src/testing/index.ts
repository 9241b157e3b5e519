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
