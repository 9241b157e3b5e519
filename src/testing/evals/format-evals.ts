import { escapeXml } from '../escape-xml.ts';
import type { ReportFormat } from '../format-report.ts';
import type { CaseComparison, CaseReport, EvalFinding, EvalReport, EvalTotals } from './eval-report.ts';
import { oneLine } from './one-line.ts';

const formats = {
  table: formatTable,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: formatJunit,
} as const satisfies Record<ReportFormat, (report: EvalReport) => string>;

/** A report as a table for people, JSON for programs, or JUnit XML for what shows test results. */
export function formatEvalReport(report: EvalReport, format: ReportFormat): string {
  return formats[format](report);
}

const marks = { passed: '✓', failed: '✗', not_run: '-' } as const satisfies Record<CaseReport['status'], string>;

function formatTable(report: EvalReport): string {
  const { cases, comparison = [], stopped_by: stoppedBy } = report;
  const rows = cases.map(cellsOf);
  const widths = [0, 1, 2, 3, 4, 5].map((at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  const lines = cases.flatMap((each, index) => {
    const line = paddedLine(rows[index] ?? [], widths);
    return [[line], faultLines(each)];
  });
  const changes = comparison.filter(({ change }) => change !== 'same').map(changeLine);
  const against =
    comparison.length === 0 ? [] : ['', 'against the baseline', ...(changes.length > 0 ? changes : ['  as it was'])];
  const stopped = stoppedBy === undefined ? [] : [`stopped: ${stopWords[stoppedBy]}`];
  return `${[...lines.flat(), ...against, '', totalLine(report.totals), ...stopped].join('\n')}\n`;
}

/** Names to the left, figures to the right. */
function paddedLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
  return padded.join('  ').trimEnd();
}

const stopWords = { signal: 'it was interrupted', max_cost: 'it has cost what it may' } as const;

function cellsOf({
  status,
  id,
  passed_runs: passed,
  runs,
  score,
  cost_usd: cost,
  tokens,
}: CaseReport): readonly string[] {
  if (runs.length === 0) return [marks[status], id, 'not run'];
  const share = `${passed}/${runs.length}`;
  return [
    marks[status],
    id,
    share,
    `score ${score.toFixed(2)}`,
    costText(cost),
    `${tokens.toLocaleString('en')} tokens`,
  ];
}

function costText(cost: number | undefined): string {
  return cost === undefined ? 'no price' : `$${cost.toFixed(4)}`;
}

function faultLines({ runs, wanted_runs: wanted }: CaseReport): readonly string[] {
  return runs.flatMap(({ findings }, index) =>
    failed(findings).map(({ message = '', at }) => {
      const which = wanted > 1 ? `run ${index + 1}: ` : '';
      return `     ${oneLine(`${at} ${which}${message}`)}`;
    }),
  );
}

function failed(findings: readonly EvalFinding[]): readonly EvalFinding[] {
  return findings.filter(({ passed }) => !passed);
}

function changeLine({ id, change, reasons }: CaseComparison): string {
  return `  ${change}: ${oneLine(id)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
}

function totalLine({ cases, passed, failed: failures, not_run: left, cost_usd: cost, tokens }: EvalTotals): string {
  const parts = [
    `${passed} passed`,
    ...(failures > 0 ? [`${failures} failed`] : []),
    ...(left > 0 ? [`${left} not run`] : []),
  ];
  const noun = cases === 1 ? 'case' : 'cases';
  return `${cases} ${noun}: ${parts.join(', ')}; ${costText(cost)}, ${tokens.toLocaleString('en')} tokens`;
}

function formatJunit({ cases, comparison = [] }: EvalReport): string {
  const worse = new Map(comparison.flatMap((each) => (each.change === 'worse' ? [[each.id, each.reasons]] : [])));
  const suites = [...Map.groupBy(cases, ({ file }) => file)].map(([file, own]) => suiteOf(file, own, worse));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="evals">\n${suites.join('')}</testsuites>\n`;
}

type Worse = ReadonlyMap<string, readonly string[]>;

function suiteOf(file: string, cases: readonly CaseReport[], worse: Worse): string {
  const failures = cases.filter((each) => faultsOf(each, worse).length > 0).length;
  const skipped = cases.filter(({ status }) => status === 'not_run').length;
  const counts = `tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds(cases)}"`;
  const inner = cases.map((each) => caseElement(each, file, faultsOf(each, worse))).join('');
  return `  <testsuite name="${escapeXml(file)}" ${counts}>\n${inner}  </testsuite>\n`;
}

function seconds(cases: readonly CaseReport[]): string {
  const runs = cases.flatMap((each) => each.runs);
  return (runs.reduce((sum, { latency_ms: latency }) => sum + latency, 0) / 1_000).toFixed(3);
}

function caseElement(report: CaseReport, file: string, faults: readonly string[]): string {
  const head = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(report.id)}" time="${seconds([report])}"`;
  if (report.status === 'not_run') return `${head}><skipped message="It was stopped before."/></testcase>\n`;
  const [first] = faults;
  if (first === undefined) return `${head}/>\n`;
  return `${head}><failure message="${escapeXml(first)}">${escapeXml(faults.join('\n'))}</failure></testcase>\n`;
}

/** Why a case is a failure: what its runs lack, and in what it is worse than before. */
function faultsOf(report: CaseReport, worse: Worse): readonly string[] {
  if (report.status === 'not_run') return [];
  const reasons = (worse.get(report.id) ?? []).map((reason) => `worse than the baseline: ${reason}`);
  return report.status === 'failed' ? [...faultLines(report).map((line) => line.trim()), ...reasons] : reasons;
}
