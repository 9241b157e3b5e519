import { describe, expect, it } from 'vitest';
import {
  baselineOf,
  compareWithBaseline,
  formatEvalReport,
  parseBaseline,
  type CaseReport,
  type EvalReport,
} from '../../../../src/testing/index.ts';
import { readXml } from '../../../support/read-xml.ts';

function caseWith(more: Partial<CaseReport> = {}): CaseReport {
  return {
    id: 'questions/one',
    file: 'evals/questions.yaml',
    line: 2,
    tags: [],
    status: 'passed',
    score: 1,
    pass_rate: 1,
    passed_runs: 1,
    wanted_runs: 1,
    runs: [{ passed: true, score: 1, findings: [], nodes: [], edges: [], tokens: 100, latency_ms: 1_500 }],
    cost_usd: 0.01,
    tokens: 100,
    latency_ms: 1_500,
    ...more,
  };
}

function reportWith(...cases: CaseReport[]): EvalReport {
  const count = (status: CaseReport['status']): number => cases.filter((each) => each.status === status).length;
  const [passed, failed, notRun] = [count('passed'), count('failed'), count('not_run')];
  const totals = { cases: cases.length, passed, failed, not_run: notRun, cost_usd: 0.01, tokens: 100 };
  return { version: 1, passed: passed === cases.length, cases, totals };
}

const before = baselineOf(reportWith(caseWith()));

/** What became of the case, and whether the report still passes. */
const changes = {
  'is as it was': [{}, 'same', [], true],
  'costs and scores a little worse': [{ score: 0.95, cost_usd: 0.0109, tokens: 109 }, 'same', [], true],
  fails: [{ status: 'failed' }, 'worse', ['passed → failed'], false],
  'scores worse': [{ score: 0.8 }, 'worse', ['score 1.00 → 0.80'], false],
  'costs more': [{ cost_usd: 0.02 }, 'worse', ['cost $0.010000 → $0.020000'], false],
  'takes more tokens': [{ tokens: 150 }, 'worse', ['tokens 100 → 150'], false],
  'costs less': [{ cost_usd: 0.005, tokens: 50 }, 'better', ['cost $0.010000 → $0.005000', 'tokens 100 → 50'], true],
  'is cheaper and scores worse': [{ cost_usd: 0.005, score: 0.5 }, 'worse', ['score 1.00 → 0.50'], false],
  'has no price any more': [{ cost_usd: undefined }, 'same', [], true],
} as const;

describe('against its baseline a case that', () => {
  it.each(Object.entries(changes))('%s is told from what it was', (_, [more, change, reasons, passed]) => {
    const { cost_usd: cost, ...rest } = { ...caseWith(), ...more };
    const now = { ...rest, ...(cost !== undefined && { cost_usd: cost }) };
    const compared = compareWithBaseline(reportWith(now), before);
    expect(compared.comparison).toEqual([{ id: 'questions/one', change, reasons }]);
    expect(compared.passed).toBe(passed);
  });
});

it('is as strict as it is told', () => {
  const report = reportWith(caseWith({ score: 0.95 }));
  expect(compareWithBaseline(report, before, { tolerance: 0 }).passed).toBe(false);
  expect(compareWithBaseline(reportWith(caseWith({ tokens: 180 })), before, { tolerance: 1 }).passed).toBe(true);
});

it('knows new cases, those that are gone, and those that were not run', () => {
  const report = reportWith(caseWith({ id: 'questions/two' }), caseWith({ id: 'questions/three', status: 'not_run' }));
  const told = (isWhole: boolean): unknown => compareWithBaseline(report, before, { isWhole }).comparison;
  const added = { id: 'questions/two', change: 'new', reasons: [] };
  expect(told(true)).toEqual([added, { id: 'questions/one', change: 'gone', reasons: [] }]);
  expect(told(false)).toEqual([added]);
});

it('is a file that is the same for the same cases, whatever their order, and is read back', () => {
  const [one, two] = [caseWith({ score: 1 / 3 }), caseWith({ id: 'a/b', status: 'failed' })];
  const text = JSON.stringify(baselineOf(reportWith(one, two)));
  expect(JSON.stringify(baselineOf(reportWith(two, one)))).toBe(text);
  expect(parseBaseline(text, 'baseline.json')).toEqual({
    version: 1,
    cases: {
      'a/b': { status: 'failed', score: 1, cost_usd: 0.01, tokens: 100 },
      'questions/one': { status: 'passed', score: 0.333_333, cost_usd: 0.01, tokens: 100 },
    },
  });
  for (const broken of ['{', '{"version":2,"cases":{}}', '{"version":1,"cases":{"a":{}}}']) {
    expect(() => parseBaseline(broken, 'baseline.json')).toThrow('The file "baseline.json" is no baseline of an eval.');
  }
});

const name = 'a->b["<&>\'] \u0000\u{D800} is\ntaken';
const line = 'a->b["<&>\'] \\u0000\\ud800 is taken';
const finding = { expectation: 'contains', passed: false, score: 0, message: name, at: 'evals/q.yaml:3:5' };
const failed = caseWith({
  id: 'questions/failed',
  status: 'failed',
  passed_runs: 0,
  runs: [
    {
      passed: false,
      score: 0,
      findings: [finding, { ...finding, passed: true }],
      nodes: [],
      edges: [],
      tokens: 1,
      latency_ms: 250,
    },
  ],
});
const worse = caseWith({ id: 'questions/one', tokens: 900 });
const skipped = caseWith({ id: 'questions/skipped', status: 'not_run', runs: [] });
const told = compareWithBaseline(reportWith(failed, worse, skipped), before);

it('is well-formed JUnit XML whatever messages hold, with failures for what is worse', () => {
  const report = readXml(formatEvalReport(told, 'junit'));
  const [suite] = report.children;
  expect(suite?.attributes).toEqual({
    name: 'evals/questions.yaml',
    tests: '3',
    failures: '2',
    skipped: '1',
    time: '1.750',
  });
  expect(suite?.children.map(({ attributes }) => [attributes['name'], attributes['time']])).toEqual([
    ['questions/failed', '0.250'],
    ['questions/one', '1.500'],
    ['questions/skipped', '0.000'],
  ]);
  expect(suite?.children.map(({ children: [child] }) => [child?.name, child?.attributes['message']])).toEqual([
    ['failure', `evals/q.yaml:3:5 ${line}`],
    ['failure', 'worse than the baseline: tokens 100 → 900'],
    ['skipped', 'It was stopped before.'],
  ]);
});

it('shows as a table what failed and where, and what is worse', () => {
  const report = { ...told, stopped_by: 'max_cost' as const };
  expect(formatEvalReport(report, 'table').replace(line, 'NAME')).toBe(`\
✗  questions/failed       0/1  score 1.00  $0.0100  100 tokens
     evals/q.yaml:3:5 NAME
✓  questions/one          1/1  score 1.00  $0.0100  900 tokens
-  questions/skipped  not run

against the baseline
  new: questions/failed
  worse: questions/one (tokens 100 → 900)

3 cases: 1 passed, 1 failed, 1 not run; $0.0100, 100 tokens
stopped: it has cost what it may
`);
  expect(JSON.parse(formatEvalReport(report, 'json'))).toEqual(JSON.parse(JSON.stringify(report)));
});

it('keeps in a baseline what cases came to before that were not run whole', () => {
  const kept = baselineOf(reportWith(caseWith({ id: 'b/two', tokens: 7 }), caseWith({ id: 'a/one', tokens: 8 })));
  const now = reportWith(
    caseWith({ id: 'c/three' }),
    caseWith({ id: 'b/two', status: 'not_run' }),
    caseWith({ id: 'a/one' }),
  );
  const { cases } = baselineOf(now, kept);
  expect(Object.entries(cases).map(([id, { tokens }]) => [id, tokens])).toEqual([
    ['a/one', 100],
    ['b/two', 7],
    ['c/three', 100],
  ]);
});

it('shows names that a baseline has on one line', () => {
  const forged = { version: 1, cases: { 'a\n✓  b\u001b[31m': { status: 'passed', score: 1, tokens: 1 } } } as const;
  const lines = formatEvalReport(compareWithBaseline(reportWith(caseWith()), forged), 'table').split('\n');
  expect(lines).toContain('  gone: a ✓ b\\u001b[31m');
});
