import { escapeXml } from './escape-xml.ts';
import type { CoverageRow, PathReport, PipelineReport, WalkReport } from './path-report.ts';

/** Forms of a report: a table for people, JSON for programs, JUnit XML for what shows test results. */
export const reportFormats = {
  table: formatTable,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: formatJunit,
} as const satisfies Record<string, (report: PathReport) => string>;

export type ReportFormat = keyof typeof reportFormats;

/** A report on walks as text for people, as JSON or as JUnit XML. */
export function formatPathReport(report: PathReport, format: ReportFormat): string {
  return reportFormats[format](report);
}

function formatTable(report: PathReport): string {
  return report.pipelines.map((pipeline) => tableOf(report, pipeline)).join('\n');
}

function tableOf(
  { criteria }: PathReport,
  { pipeline, walks, coverage, unlisted_paths: unlisted }: PipelineReport,
): string {
  const broken = walks.filter(({ failures }) => failures.length > 0);
  const rows = [['', 'covered', 'infeasible', 'undecided'], ...coverage.map(cellsOf)];
  const lines = [
    `${pipeline}: ${countOf(walks.length, 'walk')} for ${criteria.join(', ')}: ${broken.length === 0 ? 'all as told' : `${broken.length} astray`}`,
    ...alignRows(rows),
    ...(unlisted === undefined ? [] : [`  paths: ${unlisted} of them, too many to be listed`]),
    ...coverage.flatMap(unmetLines),
    ...broken.map(({ name, failures }) => [`  astray: ${name}`, ...failures].join('\n    ')),
  ];
  return `${lines.join('\n')}\n`;
}

function cellsOf({ criterion, covered, total, infeasible, undecided }: CoverageRow): readonly string[] {
  return [criterion, `${covered}/${total}`, String(infeasible.length), String(undecided.length)];
}

function unmetLines({ criterion, infeasible, undecided }: CoverageRow): readonly string[] {
  if (criterion === 'paths') return []; // there may be thousands, and each has its cause in a pair or an edge
  return [...infeasible.map((goal) => `  never: ${goal}`), ...undecided.map((goal) => `  undecided: ${goal}`)];
}

function alignRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}`;
  });
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatJunit({ pipelines, criteria }: PathReport): string {
  const suites = pipelines.map((pipeline) => suiteOf(pipeline, criteria)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="paths">\n${suites}</testsuites>\n`;
}

function suiteOf({ pipeline, walks, coverage }: PipelineReport, criteria: PathReport['criteria']): string {
  const rows = coverage.filter(({ criterion }) => criteria.includes(criterion));
  const skipped = [
    ...rows.flatMap(({ infeasible }) => infeasible).map((goal) => skippedCase(goal, pipeline, 'No run can do this.')),
    ...rows
      .flatMap(({ undecided }) => undecided)
      .map((goal) => skippedCase(goal, pipeline, 'The search was given up.')),
  ];
  const failures = walks.filter((walk) => walk.failures.length > 0).length;
  const counts = `tests="${walks.length + skipped.length}" failures="${failures}" skipped="${skipped.length}"`;
  const cases = [...walks.map((walk) => walkCase(walk, pipeline)), ...skipped].join('');
  return `  <testsuite name="${escapeXml(pipeline)}" ${counts}>\n${cases}  </testsuite>\n`;
}

function walkCase({ name, failures }: WalkReport, pipeline: string): string {
  const head = `    <testcase classname="${escapeXml(pipeline)}" name="${escapeXml(name)}"`;
  if (failures.length === 0) return `${head}/>\n`;
  const [first = ''] = failures;
  const failure = `<failure message="${escapeXml(first)}">${escapeXml(failures.join('\n'))}</failure>`;
  return `${head}>${failure}</testcase>\n`;
}

function skippedCase(goal: string, pipeline: string, reason: string): string {
  const head = `    <testcase classname="${escapeXml(pipeline)}" name="${escapeXml(goal)}">`;
  return `${head}<skipped message="${escapeXml(reason)}"/></testcase>\n`;
}
