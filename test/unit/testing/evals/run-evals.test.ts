import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Engine, loadProject } from '../../../../src/index.ts';
import { runEvals } from '../../../../src/testing/index.ts';
import { temporaryDirectory, type ProjectParts } from '../../../support/project-fixture.ts';
import { evalProject, evalReport, reportOf } from '../../../support/eval-project.ts';

const asking = { input: 'Where?', expect: { contains: 'question' } };
const wrong = { input: 'Throw this away.', expect: { contains: 'question' } };

it('runs all cases of all files, in the order of files and lines', async () => {
  const files = {
    'evals/a.yaml': 'cases: { late: { input: Where?, expect: { contains: how } } }\n',
    'evals/notes.txt': '-',
  };
  const directory = evalProject(
    { second: wrong, first: asking },
    { files: { 'pen.yaml': 'replies: [{ reply: how }]', ...files } },
  );
  const { cases, totals, passed } = await runEvals(directory, { environment: {} });
  expect(cases.map(({ id }) => id)).toEqual(['a/late', 'cases/second', 'cases/first']);
  expect([passed, totals.cases]).toEqual([false, 3]);
});

it('runs those alone that have a word of the filter as a tag or in their id', async () => {
  const cases = { one: asking, two: { ...asking, tags: ['smoke'] }, three: asking };
  const { cases: reports } = await evalReport(cases, { filter: ['smoke', 'thre'] });
  expect(reports.map(({ id }) => id)).toEqual(['cases/two', 'cases/three']);
  await expect(evalReport(cases, { filter: ['smok'] })).rejects.toThrow('No case has "smok" in its id or its tags.');
});

it('refuses a project without cases, also with an empty folder, and one whose cases have errors', async () => {
  const empty = evalProject({});
  await expect(runEvals(empty, { environment: {} })).rejects.toMatchObject({ code: 'MANIFEST_FILE_MISSING' });
  const broken = evalProject({ one: { ...asking, pipeline: 'nowhere' } });
  await expect(runEvals(broken, { environment: {} })).rejects.toMatchObject({
    code: 'MANIFEST_INVALID',
    problems: [{ code: 'MANIFEST_REFERENCE_UNKNOWN', file: 'evals/cases.json', path: ['cases', 'one', 'pipeline'] }],
  });
});

it('runs a project whose cases have errors', async () => {
  const directory = evalProject({ one: { ...asking, expects: 1 } });
  const engine = await Engine.fromConfigDir(directory, { host: 'memory', environment: {} });
  expect(await engine.runOne('Where?')).toMatchObject({ status: 'completed' });
  await engine.close();
  expect((await loadProject(directory)).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('passes a case of which enough runs pass', async () => {
  const report = await reportOf({ contains: 'question' }, { runs: 3, pass_rate: 0.5 });
  expect(report).toMatchObject({ status: 'passed', wanted_runs: 3, passed_runs: 3, pass_rate: 0.5 });
  const { cases } = await evalReport({ one: { ...wrong, runs: 2, pass_rate: 0.5 } }, { runs: 4 });
  expect(cases[0]).toMatchObject({ status: 'failed', wanted_runs: 4, passed_runs: 0, score: 0.5 });
});

it('has no more runs at a time than it may', async () => {
  let atWork = 0;
  let most = 0;
  const prepare = (engine: Engine): void => {
    atWork += 1;
    most = Math.max(most, atWork);
    engine.events$.subscribe({ complete: () => (atWork -= 1) });
  };
  const { totals } = await evalReport({ one: { ...asking, runs: 6 } }, { parallel: 2, prepare });
  expect([totals.passed, most, atWork]).toEqual([1, 2, 0]);
});

it('begins no further run once it has cost what it may', async () => {
  const cases = { one: asking, two: asking, three: { ...asking, runs: 2 } };
  const { cases: all } = await evalReport(cases);
  const cost = all[0]?.cost_usd ?? Number.NaN;
  const report = await evalReport(cases, { parallel: 1, maxCostUsd: cost * 2.5 });
  expect(report).toMatchObject({ passed: false, stopped_by: 'max_cost', totals: { passed: 2, not_run: 1 } });
  expect(report.cases.map(({ status, runs }) => [status, runs.length])).toEqual([
    ['passed', 1],
    ['passed', 1],
    ['not_run', 1],
  ]);
});

it('gives what is over when it is told to stop, and leaves nothing behind', async () => {
  const temporary = temporaryDirectory();
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const stop = new AbortController();
  let engines = 0;
  const prepare = (engine: Engine): void => {
    engines += 1;
    const isStalled = engines === 2;
    engine.events$.subscribe(({ type }) => {
      if (isStalled && type === 'llm.requested') stop.abort();
    });
  };
  const cases = { one: asking, stalled: { input: 'Wait for it.', expect: {} }, never: asking };
  const report = await evalReport(cases, { parallel: 1, signal: stop.signal, prepare });
  expect(engines).toBe(2);
  expect(report).toMatchObject({ passed: false, stopped_by: 'signal' });
  expect(report.cases.map(({ id, status }) => [id, status])).toEqual([
    ['cases/one', 'passed'],
    ['cases/stalled', 'not_run'],
    ['cases/never', 'not_run'],
  ]);
  expect(readdirSync(temporary).filter((name) => name.startsWith('agent-engine-eval-'))).toEqual([]);
});

it('answers the questions that a case has answers to', async () => {
  const workflow: ProjectParts['workflow'] = {
    nodes: [
      { id: 'approve', type: 'feedback', question: 'Is it right?', actions: ['approve', 'reject'] },
      { id: 'done', type: 'end', output: '${{ stages.approve.output.action }}' },
      { id: 'failed', type: 'end', status: 'failure' },
    ],
    edges: [
      { from: 'approve', to: 'done' },
      { from: 'approve', to: 'failed', type: 'error' },
    ],
  };
  const cases = {
    approved: { input: 1, answers: { approve: { action: 'approve' } }, expect: { equals: 'approve' } },
    waits: { input: 1, expect: { status: 'waiting' } },
  };
  const directory = evalProject(cases, { workflow });
  const { cases: reports } = await runEvals(directory, { environment: {} });
  expect(reports.map(({ status, runs }) => [status, runs[0]?.findings.map(({ message }) => message)])).toEqual([
    ['passed', [undefined, undefined]],
    ['passed', [undefined]],
  ]);
});

it('keeps its tasks, what they remember and what is logged out of the project', async () => {
  const directory = evalProject(
    { one: { ...asking, runs: 2 } },
    {
      memory: { memory: { project_store: { type: 'file_json', path: 'memory.json' } } },
      plugins: [{ name: 'log', type: 'telemetry.logger', config: { path: 'events.jsonl' } }],
    },
  );
  mkdirSync(path.join(directory, 'empty'));
  const before = readdirSync(directory);
  expect((await runEvals(directory, { environment: {} })).passed).toBe(true);
  expect(readdirSync(directory)).toEqual(before);
  expect(existsSync(path.join(directory, '.agent-engine'))).toBe(false);
});

it('does not warn of agents and schemas that only cases use', async () => {
  const used = { ...asking, expect: { schema: 'Shape', judge: { agent: 'judge', criteria: 'It is right.' } } };
  const files = { 'schemas/Shape.json': '{}', 'pen.yaml': 'replies: [{ reply: "{}" }]' };
  const unused = async (cases: object): Promise<readonly string[]> => {
    const { problems } = await loadProject(
      evalProject(cases, { files: { ...files, 'evals/cases.json': JSON.stringify({ cases }) } }),
    );
    return problems.filter(({ code }) => code === 'MANIFEST_UNUSED').map(({ message }) => message);
  };
  expect(await unused({ one: used })).toEqual([]);
  expect(await unused({ one: asking })).toEqual([
    'The agent "judge" is never used.',
    'The schema "schemas/Shape.json" is never used.',
  ]);
});
