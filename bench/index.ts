import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runFresh } from './support/fresh-process.ts';
import { isRecord } from './support/peer.ts';
import { describeMachine, type Result, type Row } from './support/result.ts';
import type { Figures, Suite } from './support/suite.ts';
import { headOf, tablesOf } from './support/tables.ts';
import { suites } from './suites/index.ts';

const usage = `npm run bench -- [names…] [--quick] [--only <text>] [--docs]

  names          ${Object.keys(suites).join(', ')}; default: all
  --quick        small sizes and few runs
  --only <text>  subjects whose name holds this text
  --docs         put the tables into docs/benchmarks.md as well`;

interface Options {
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly only: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(suites, name));
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `There is no benchmark "${unknown.join('", "')}".\n\n${usage}` : usage);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  await runAll({ names: positionals, isQuick: values.quick, only: values.only });
}

async function runAll(options: Options): Promise<void> {
  const machine = describeMachine();
  const chosen = Object.entries(suites).filter(([name]) => options.names.length === 0 || options.names.includes(name));
  const rows: Row[] = [];
  const tables: string[] = [];
  for (const [name, suite] of chosen) {
    const measured = await runSuite(name, suite, options);
    rows.push(...measured);
    tables.push(tablesOf(suite, measured));
    console.log(`${tables.at(-1)}\n`);
  }
  const result = { ...machine, loadAfter: os.loadavg(), isQuick: options.isQuick, rows };
  const text = [headOf(result), ...tables].join('\n\n');
  console.log(headOf(result));
  await writeResult(result, text);
  if (values.docs) await writeDocs(text);
  if (rows.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}

/** Every case in a process of its own, one after another, all subjects of a size side by side. */
async function runSuite(name: string, suite: Suite, { isQuick, only }: Options): Promise<Row[]> {
  const rows: Row[] = [];
  const absent = new Map<string, string>();
  for (const size of isQuick ? suite.quickSizes : suite.sizes) {
    for (const [subject, { largest = Infinity }] of Object.entries(suite.cases)) {
      if (!subject.includes(only) || size > largest || absent.has(subject)) continue;
      process.stderr.write(`${name}: ${subject}, ${size} …`);
      const row = await runCase({ suite: name, subject, size }, isQuick);
      rows.push(row);
      if (row.skipped !== undefined) absent.set(subject, row.skipped);
      process.stderr.write(` ${progressOf(row)}\n`);
    }
  }
  return rows;
}

function progressOf({ figures, skipped, failed }: Row): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (failed !== undefined) return `failed: ${failed}`;
  const [[name, value] = ['', 0]] = Object.entries(figures ?? {});
  return `${name} ${value.toPrecision(3)}`;
}

async function runCase(place: Pick<Row, 'suite' | 'subject' | 'size'>, isQuick: boolean): Promise<Row> {
  try {
    const answer = await runFresh(path.join(import.meta.dirname, 'case-process.ts'), { ...place, isQuick });
    if (!isRecord(answer)) return { ...place, failed: 'The process gave no answer.' };
    if (typeof answer['skipped'] === 'string') return { ...place, skipped: answer['skipped'] };
    if (typeof answer['failed'] === 'string') return { ...place, failed: answer['failed'] };
    const notes = Array.isArray(answer['notes']) ? answer['notes'].map(String) : [];
    return { ...place, figures: figuresIn(answer['figures']), ...(notes.length > 0 && { notes }) };
  } catch (error) {
    return { ...place, failed: error instanceof Error ? error.message : String(error) };
  }
}

function figuresIn(value: unknown): Figures {
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.map(([name, figure]) => [name, Number(figure)]));
}

async function writeResult(result: Result, text: string): Promise<void> {
  const directory = path.join(import.meta.dirname, 'results');
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, `${result.date.replaceAll(/[:.]/gu, '-')}.json`);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(path.join(directory, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(path.join(directory, 'latest.md'), `${text}\n`);
  console.log(`\nWritten: ${path.relative(process.cwd(), file)}, and latest.json and latest.md beside it.`);
}

/** Between the two marks, everything is replaced. */
async function writeDocs(text: string): Promise<void> {
  const file = path.join(import.meta.dirname, '../docs/benchmarks.md');
  const document = await readFile(file, 'utf8');
  const marks = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/u;
  if (!marks.test(document)) throw new Error(`"${file}" has no place for results.`);
  await writeFile(
    file,
    document.replace(marks, (_, before: string, after: string) => `${before}\n${text}\n\n${after}`),
  );
}
