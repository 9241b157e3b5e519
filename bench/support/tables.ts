import { firstLine } from './peer.ts';
import type { Result, Row } from './result.ts';
import type { Suite } from './suite.ts';

/** The tables of a suite: one for each figure, with a row for each subject and a column for each size. */
export function tablesOf(suite: Suite, rows: readonly Row[]): string {
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const sizes = [...new Set(rows.map(({ size }) => size))];
  const tables = Object.entries(suite.figures).flatMap(([figure, heading]) => {
    const lines = subjects.map((subject) => {
      const values = sizes.map((size) => valueOf(rows, { subject, size }, figure));
      return [[subject], values.map(shown), growthOf(suite, rows, { subject, figure })].flat();
    });
    if (lines.every((line) => line.slice(1).every((cell) => cell === '' || cell === '–'))) return [];
    const growth = suite.growth === undefined ? [] : [`${group(suite.growth[1])} : ${group(suite.growth[0])}`];
    const columns = sizes.length === 1 && sizes[0] === 1 ? [heading] : sizes.map(group);
    const head = columns[0] === heading ? '' : `${heading}, by ${suite.counts}`;
    return [markdownTable([[head, ...columns, ...growth], ...lines])];
  });
  return [`### ${suite.title}`, ...tables, ...remarksOf(rows)].join('\n\n');
}

interface Place {
  readonly subject: string;
  readonly size: number;
}

function valueOf(rows: readonly Row[], { subject, size }: Place, figure: string): number | undefined {
  return rows.find((row) => row.subject === subject && row.size === size)?.figures?.[figure];
}

/** How many times as much a unit costs at the larger size; empty where both were not measured. */
function growthOf(
  { growth }: Suite,
  rows: readonly Row[],
  { subject, figure }: { readonly subject: string; readonly figure: string },
): string[] {
  if (growth === undefined) return [];
  const [small, large] = growth.map((size) => valueOf(rows, { subject, size }, figure));
  return [small === undefined || large === undefined || small === 0 ? '–' : (large / small).toFixed(2)];
}

/** Three digits, but no fewer than those before the point. */
function shown(value: number | undefined): string {
  if (value === undefined) return '–';
  if (Math.abs(value) >= 100) return group(Math.round(value));
  return value.toPrecision(3).replace(/^0\.00\d+$/u, value.toFixed(3));
}

function group(value: number): string {
  return value.toLocaleString('en-US');
}

/** What was not measured, and what has to be known about what was. */
function remarksOf(rows: readonly Row[]): string[] {
  const remarks = rows.flatMap(({ subject, size, skipped, failed, notes = [] }) => [
    ...(skipped === undefined ? [] : [`- ${subject}: skipped. ${skipped}`]),
    ...(failed === undefined ? [] : [`- ${subject}, ${group(size)}: failed. ${firstLine(new Error(failed))}`]),
    ...notes.map((note) => `- ${subject}: ${note}`),
  ]);
  return remarks.length === 0 ? [] : [[...new Set(remarks)].join('\n')];
}

/** As Prettier would lay it out, so that it can go into a document as it is. */
function markdownTable(cells: readonly (readonly string[])[]): string {
  const [head = []] = cells;
  const widths = head.map((_, column) => Math.max(3, ...cells.map((line) => (line[column] ?? '').length)));
  const lines = cells.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first = [], ...rest] = lines;
  return [first, rule, ...rest].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Where and when all of it was measured. */
export function headOf({ date, commit, node, cpu, cpus, loadBefore, loadAfter, versions, isQuick }: Result): string {
  const isBusy = [loadBefore[0] ?? 0, (loadAfter[0] ?? 0) - 1].some((load) => load > cpus / 4);
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${date.slice(0, 10)}, commit ${commit ?? 'unknown'}, Node ${node}, ${cpus} × ${cpu}.`,
    `Load average ${loadText(loadBefore)} before, ${loadText(loadAfter)} after.${isQuick ? ' Few and short runs (`--quick`).' : ''}`,
    `${names.join(', ')}.`,
    ...(isBusy ? ['The machine was busy: at most the ratios between rows say something.'] : []),
  ].join('\n');
}

function loadText(averages: readonly number[]): string {
  return averages.map((average) => average.toFixed(1)).join(' ');
}
