import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { checkProject, compileProject, parseManifests, type CompiledProject } from '../src/manifest-compiler/index.ts';
import { measure, table } from './measure.ts';
import { randomWorkflow } from './random-workflow.ts';

type Row = Record<string, string | number>;

const sizes = [10, 50, 100, 300, 1_000];
const tools = JSON.stringify({ tools: { work: { type: 'registered' } } });

/** Shapes of workflows by size. */
const shapes: Readonly<Record<string, (size: number) => unknown>> = {
  random: randomWorkflow,
  chain: chainOf,
  fan: fanOf,
};

/** What it costs to read, check and compile workflows, and to make their chart. The table is written as JSON as well. */
export async function compile(): Promise<string> {
  const rows: Row[] = [];
  for (const [shape, workflowOf] of Object.entries(shapes)) {
    let before: number | undefined;
    for (const size of sizes) {
      const row = await compileRow(JSON.stringify(workflowOf(size), null, 1));
      const total = Number(row['total']);
      rows.push({ shape, nodes: size, ...row, growth: before === undefined ? '' : (total / before).toFixed(1) });
      before = total;
    }
  }
  const load = os.loadavg().map((value) => value.toFixed(1));
  await writeJson({
    unit: 'CPU ms, median of warm runs',
    node: process.version,
    cpus: os.cpus().length,
    load: load.join(' '),
    rows,
  });
  return `compile, warm (CPU in ms; load ${load.join(' ')})\n${table(rows)}`;
}

async function compileRow(text: string): Promise<Row> {
  const files = new Map([
    ['workflow.json', text],
    ['tools.json', tools],
  ]);
  const none = new Map<string, string>();
  const parsed = parseManifests(files);
  const { project, problems } = checkProject(parsed, none);
  if (project === undefined) throw new Error(problems[0]?.message);
  const read = await cpuMs(() => void parseManifests(files));
  const check = await cpuMs(() => void checkProject(parsed, none));
  const plan = await cpuMs(() => void compiledOf(compileProject(project)));
  const both = await cpuMs(() => {
    for (const pipeline of compiledOf(compileProject(project)).pipelines.values()) pipeline.chart();
  });
  const chart = Math.max(0, both - plan);
  const parts = { read, check, compile: plan, chart, total: read + check + both };
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, value.toFixed(2)]));
}

function compiledOf({ compiled, problems }: ReturnType<typeof compileProject>): CompiledProject {
  if (compiled === undefined) throw new Error(problems[0]?.message);
  return compiled;
}

async function cpuMs(run: () => void): Promise<number> {
  const { cpuUs } = await measure(1_000, run);
  return cpuUs;
}

function chainOf(size: number): unknown {
  const nodes = Array.from({ length: size }, (_, at) => ({ id: `n${at}`, type: 'transform', output: at }));
  return { workflow: { id: 'chain', nodes, edges: nodes.slice(1).map(({ id }, at) => ({ from: `n${at}`, to: id })) } };
}

function fanOf(size: number): unknown {
  const middle = Array.from({ length: size - 2 }, (_, at) => ({ id: `n${at}`, type: 'transform', output: at }));
  const nodes = [{ id: 'first', type: 'transform', output: 1 }, ...middle, { id: 'last', type: 'merge' }];
  const edges = middle.flatMap(({ id }) => [
    { from: 'first', to: id },
    { from: id, to: 'last' },
  ]);
  return { workflow: { id: 'fan', nodes, edges } };
}

async function writeJson(result: unknown): Promise<void> {
  const directory = path.join(import.meta.dirname, 'results');
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'compile.json'), `${JSON.stringify(result, null, 2)}\n`);
}
