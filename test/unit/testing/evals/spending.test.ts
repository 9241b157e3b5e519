import { expect, it } from 'vitest';
import { EngineError, type Engine } from '../../../../src/index.ts';
import { runEvals } from '../../../../src/testing/index.ts';
import type { ProjectParts } from '../../../support/project-fixture.ts';
import { evalProject, evalReport } from '../../../support/eval-project.ts';

const asking = { input: 'Where?', expect: { contains: 'question' } };
const judged = { input: 'Where?', expect: { judge: { agent: 'judge', criteria: 'It is sorted.' } } };

/** A judge that cannot be asked: what it needs is not there. */
const withoutJudge = ({ compiled }: Engine): void => {
  if (compiled.project.workflow.id === 'judge') throw new EngineError('HOST_USAGE', 'Nobody looks anything up.');
};

it('keeps what a task came to, and what it cost, when its judge cannot be asked', async () => {
  const [{ cases: alone }, { cases, totals }] = await Promise.all([
    evalReport({ one: asking }),
    evalReport({ one: judged }, { prepare: withoutJudge }),
  ]);
  const [run] = cases[0]?.runs ?? [];
  const { output, nodes, edges, tokens, cost_usd: cost } = alone[0]?.runs[0] ?? {};
  expect(cost).toBeGreaterThan(0);
  expect(run).toMatchObject({ status: 'completed', passed: false, output, nodes, edges, tokens, cost_usd: cost });
  expect(totals).toMatchObject({ failed: 1, cost_usd: cost, tokens });
  expect(run?.findings.map(({ expectation, passed, message }) => [expectation, passed, message])).toEqual([
    ['status', true, undefined],
    ['judge', false, 'expected a verdict of "judge", got HOST_USAGE: Nobody looks anything up.'],
  ]);
});

it('counts what a judge has spent that comes to no end', async () => {
  const [whole, cut] = await Promise.all([
    evalReport({ one: judged }),
    evalReport(
      { one: judged },
      {
        prepare(engine) {
          if (engine.compiled.project.workflow.id !== 'judge') return;
          engine.events$.subscribe(({ type }) => void (type === 'llm.responded' && engine.close()));
        },
      },
    ),
  ]);
  const [{ tokens, cost_usd: cost } = { tokens: 0, cost_usd: 0 }] = whole.cases[0]?.runs ?? [];
  expect(cut.cases[0]?.runs[0]).toMatchObject({ passed: false, tokens, cost_usd: cost });
  expect(cut.cases[0]?.runs[0]?.findings.at(-1)?.message).toContain('ENGINE_CLOSED');
});

it('holds what it may cost also when judges cannot be asked', async () => {
  const cases = { one: judged, two: judged, three: judged };
  const report = await evalReport(cases, { parallel: 1, maxCostUsd: 0.0001, prepare: withoutJudge });
  expect(report).toMatchObject({ stopped_by: 'max_cost', totals: { failed: 1, not_run: 2 } });
});

it('keeps what a task has cost whose answer is not taken', async () => {
  const workflow: ProjectParts['workflow'] = {
    nodes: [
      { id: 'sort', type: 'agent', agent: 'sorter' },
      { id: 'approve', type: 'feedback', question: 'Is it right?', actions: ['approve', 'reject'] },
      { id: 'done', type: 'end' },
      { id: 'failed', type: 'end', status: 'failure' },
    ],
    edges: [
      { from: 'sort', to: 'approve' },
      { from: 'sort', to: 'failed', type: 'error' },
      { from: 'approve', to: 'done' },
      { from: 'approve', to: 'failed', type: 'error' },
    ],
  };
  const cases = { one: { input: 'Where?', answers: { approve: { action: 'dance' } }, expect: {} } };
  const [report] = (await runEvals(evalProject(cases, { workflow }), { environment: {} })).cases;
  expect(report?.cost_usd).toBeGreaterThan(0);
  expect(report?.runs[0]).toMatchObject({ passed: false, status: 'waiting', nodes: ['sort', 'approve'] });
  expect(report?.runs[0]?.findings[0]).toMatchObject({ expectation: 'run', passed: false });
});

it('asks for the key of a judge before the first run', async () => {
  const engine = {
    models: {
      pen: { provider: 'scripted', script: 'pen.yaml' },
      reader: { provider: 'openai', model: 'gpt-4o-mini' },
    },
    defaults: { model: 'pen' },
  } as const;
  const properties = { kind: { type: 'string' }, pass: { type: 'boolean' }, why: { type: 'string' } };
  const output_schema = { type: 'object', properties, required: ['kind', 'pass', 'why'] };
  const agents = {
    sorter: { prompt: 'Sort.', output_schema },
    judge: { prompt: 'Judge this output.', model: 'reader', output_schema },
  };
  let opened = 0;
  const prepare = (): void => void (opened += 1);
  const directory = evalProject({ one: asking, two: judged }, { engine, agents });
  await expect(runEvals(directory, { environment: {}, prepare })).rejects.toMatchObject({ code: 'MODEL_KEY_MISSING' });
  expect(opened).toBe(0);
});

const stalled = { input: 'Wait for it.', expect: {} };

it('begins nothing more when what it is given throws, and rejects when nothing is at work', async () => {
  const engines: Engine[] = [];
  const ends: string[] = [];
  const prepare = (engine: Engine): void => {
    engines.push(engine);
    engine.events$.subscribe({ complete: () => void ends.push('closed') });
    if (engines.length === 2) throw new TypeError('This is no handler.');
  };
  const cases = { one: stalled, two: { ...asking, runs: 5 }, three: asking };
  await expect(evalReport(cases, { parallel: 2, prepare })).rejects.toThrow('This is no handler.');
  expect([engines.length, ends.length]).toEqual([2, 2]);
});

it('begins nothing more when nobody can be told of a case', async () => {
  const engines: Engine[] = [];
  const ends: string[] = [];
  const prepare = (engine: Engine): void => {
    engines.push(engine);
    engine.events$.subscribe({ complete: () => void ends.push('closed') });
  };
  let told = 0;
  const onCase = (): void => {
    told += 1;
    if (told === 1) throw new RangeError('The table is full.');
  };
  const cases = { one: asking, two: stalled, three: asking, four: asking };
  await expect(evalReport(cases, { parallel: 2, prepare, onCase })).rejects.toThrow('The table is full.');
  expect([told, engines.length, ends.length]).toEqual([1, 2, 2]);
});
