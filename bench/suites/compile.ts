import {
  checkProject,
  compileProject,
  parseManifests,
  type CompiledProject,
} from '../../src/manifest-compiler/index.ts';
import { measure } from '../support/measure.ts';
import { randomWorkflow } from '../support/random-workflow.ts';
import type { CaseSetting, Figures, Suite } from '../support/suite.ts';

const tools = JSON.stringify({ tools: { work: { type: 'registered' } } });

/** Shapes of workflows by size. */
const shapes: Readonly<Record<string, (size: number) => unknown>> = {
  random: randomWorkflow,
  chain: chainOf,
  fan: fanOf,
};

/** What it costs to read, check and compile workflows, and to make their chart, with warm code. */
export const compile: Suite = {
  title: 'Manifests are read, checked and compiled, and their charts made',
  counts: 'nodes',
  sizes: [10, 50, 100, 300, 1_000],
  quickSizes: [10, 100],
  growth: [100, 1_000],
  figures: {
    total: 'all of it, CPU µs per node',
    read: 'read, CPU µs per node',
    check: 'check, CPU µs per node',
    compile: 'compile, CPU µs per node',
    chart: 'chart, CPU µs per node',
    ms: 'all of it, CPU ms',
  },
  cases: Object.fromEntries(
    Object.entries(shapes).map(([shape, workflowOf]) => [
      `Agent Engine, ${shape}`,
      { measure: (setting) => measured(workflowOf(setting.size), setting) },
    ]),
  ),
};

async function measured(workflow: unknown, { size, isQuick }: CaseSetting): Promise<Figures> {
  const files = new Map([
    ['workflow.json', JSON.stringify(workflow, null, 1)],
    ['tools.json', tools],
  ]);
  const none = new Map<string, string>();
  const parsed = parseManifests(files);
  const { project, problems } = checkProject(parsed, none);
  if (project === undefined) throw new Error(problems[0]?.message);
  const costOf = async (run: () => void): Promise<number> => (await measure(size, run, isQuick ? 3 : 7)).cpuUs;
  const read = await costOf(() => void parseManifests(files));
  const check = await costOf(() => void checkProject(parsed, none));
  const plan = await costOf(() => void compiledOf(compileProject(project)));
  const both = await costOf(() => {
    for (const pipeline of compiledOf(compileProject(project)).pipelines.values()) pipeline.chart();
  });
  const total = read + check + both;
  return { total, read, check, compile: plan, chart: Math.max(0, both - plan), ms: (total * size) / 1_000 };
}

function compiledOf({ compiled, problems }: ReturnType<typeof compileProject>): CompiledProject {
  if (compiled === undefined) throw new Error(problems[0]?.message);
  return compiled;
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
