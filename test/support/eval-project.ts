import { runEvals, type EvalOptions } from '../../src/testing/evals/run-evals.ts';
import type { CaseReport, EvalReport } from '../../src/testing/index.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from './project-fixture.ts';

const script = `replies:
  - { agent: sorter, match: Wait, stall: true }
  - { agent: sorter, match: Throw this away, reply: { kind: rubbish, words: [] } }
  - { agent: sorter, reply: { kind: question, words: [how, where] } }
  - { agent: judge, match: Be strict, reply: { pass: false, why: It is short., score: 0.25 } }
  - { agent: judge, match: Say nothing, reply: { pass: true } }
  - { agent: judge, reply: { pass: true, why: It is right., score: 0.9 } }
`;

const kinds = { type: 'object', required: ['kind'], properties: { kind: { enum: ['question', 'rubbish'] } } };

const verdict = {
  type: 'object',
  required: ['pass', 'why'],
  properties: { pass: { type: 'boolean' }, why: { type: 'string' }, score: { type: 'number' } },
};

/** A decision between two ends, by an agent whose answers are written down; and a judge. */
const sorting: ProjectParts = {
  engine: {
    models: {
      pen: { provider: 'scripted', script: 'pen.yaml', price: { input_per_mtok: 1_000, output_per_mtok: 1_000 } },
    },
    defaults: { model: 'pen' },
  },
  agents: {
    sorter: { prompt: 'Sort this request.', output_schema: kinds },
    judge: { prompt: 'Judge this output.', output_schema: verdict },
  },
  workflow: {
    id: 'sorting',
    nodes: [
      { id: 'sort', type: 'agent', agent: 'sorter' },
      { id: 'pick', type: 'decision' },
      { id: 'kept', type: 'end', output: '${{ stages.sort.output }}' },
      { id: 'dropped', type: 'end', output: 'Not here.' },
      { id: 'failed', type: 'end', status: 'failure' },
    ],
    edges: [
      { from: 'sort', to: 'pick' },
      { from: 'pick', to: 'kept', type: 'conditional', when: 'output.kind == "question"' },
      { from: 'pick', to: 'dropped', type: 'conditional', when: 'output.kind == "rubbish"' },
      { from: 'pick', to: 'failed' },
    ],
  },
  files: { 'pen.yaml': script },
};

/** Writes the project with one file of cases, `evals/cases.json`. */
export function evalProject(cases: object, parts: Partial<ProjectParts> = {}): string {
  const directory = temporaryDirectory();
  const files = { ...sorting.files, 'evals/cases.json': JSON.stringify({ cases }), ...parts.files };
  writeProject(directory, { ...sorting, ...parts, files });
  return directory;
}

export async function evalReport(cases: object, options: EvalOptions = {}): Promise<EvalReport> {
  return runEvals(evalProject(cases), { environment: {}, ...options });
}

/** Runs one case that expects something of the request "Where?". */
export async function reportOf(expect: object, more: object = {}): Promise<CaseReport> {
  const { cases } = await evalReport({ one: { input: 'Where?', ...more, expect } });
  const [report] = cases;
  if (report === undefined) throw new Error('There is no report of the case.');
  return report;
}

/** What is wrong with its first run. */
export async function faultsOf(expect: object, more: object = {}): Promise<readonly (string | undefined)[]> {
  const { runs } = await reportOf(expect, more);
  return (runs[0]?.findings ?? []).filter(({ passed }) => !passed).map(({ message }) => message);
}
