import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runFresh } from './support/fresh-process.ts';
import { firstLine, isRecord } from './support/peer.ts';
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
  readonly writesDocs: boolean;
}

const results = path.join(import.meta.dirname, 'results');

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.log(`${options}${usage}`);
  process.exitCode = options === '' ? 0 : 2;
} else {
  await runAll(options);
}

/** What to run, or what is to be said before the usage. */
function readOptions(words: string[]): Options | string {
  const boolean = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { quick: boolean, only: { type: 'string', default: '' }, docs: boolean, help: boolean },
    });
    const unknown = positionals.find((name) => !Object.hasOwn(suites, name));
    if (unknown !== undefined) return `There is no benchmark "${unknown}".\n\n`;
    const { quick: isQuick, only, docs: writesDocs } = values;
    return values.help ? '' : { names: positionals, isQuick, only, writesDocs };
  } catch (error) {
    return `${firstLine(error)}\n\n`;
  }
}

async function runAll({ names, isQuick, only, writesDocs }: Options): Promise<void> {
  const machine = describeMachine();
  const chosen = Object.entries(suites).filter(([name]) => names.length === 0 || names.includes(name));
  const rows: Row[] = [];
  const tables: string[] = [];
  const file = path.join(results, `${machine.date.replaceAll(/[:.]/gu, '-')}.json`);
  let text = '';
  for (const [name, suite] of chosen) {
    const measured = await runSuite(name, suite, { isQuick, only });
    const tablesOfSuite = tablesOf(suite, measured);
    rows.push(...measured);
    tables.push(tablesOfSuite);
    console.log(`${tablesOfSuite}\n`);
    const result = { ...machine, loadAfter: os.loadavg(), isQuick, rows };
    text = [headOf(result), ...tables].join('\n\n');
    // After each one, so that a run that is broken off has not been for nothing.
    await writeResult(file, result, text);
  }
  console.log(`${text.split('\n\n')[0]}\n\nWritten: ${path.relative(process.cwd(), file)}, latest.json and latest.md.`);
  if (writesDocs) await writeDocs(text);
  if (rows.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
}

/** Every case in a process of its own, one after another, all subjects of a size side by side. */
async function runSuite(
  name: string,
  suite: Suite,
  { isQuick, only }: Pick<Options, 'isQuick' | 'only'>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const absent = new Map<string, string>();
  for (const size of isQuick ? suite.quickSizes : suite.sizes) {
    for (const [subject, { largest = Infinity }] of Object.entries(suite.cases)) {
      if (!subject.toLowerCase().includes(only.toLowerCase()) || size > largest || absent.has(subject)) continue;
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

async function writeResult(file: string, result: Result, text: string): Promise<void> {
  const json = `${JSON.stringify(result, null, 2)}\n`;
  await mkdir(results, { recursive: true });
  await writeFile(file, json);
  await writeFile(path.join(results, 'latest.json'), json);
  await writeFile(path.join(results, 'latest.md'), `${text}\n`);
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
