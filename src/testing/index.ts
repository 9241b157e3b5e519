export { formatPathReport, type ReportFormat } from './format-report.ts';
export type { CoverageRow, PathReport, PipelineReport, WalkReport } from './path-report.ts';
export { pathCases, testPaths, type PathOptions } from './test-paths.ts';
