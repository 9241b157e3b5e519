import { describe, expect, it } from 'vitest';
import { formatEvalReport, runEvals } from '../../../../src/testing/index.ts';
import { evalProject, faultsOf, reportOf } from '../../../support/eval-project.ts';

const output = '{"kind":"question","words":["how","where"]}';

/** What holds for the request, what does not, and what is said of that. */
const expectations = {
  status: [{ status: 'completed' }, { status: 'failed' }, 'expected the task to end as failed, got completed'],
  schema: [
    { schema: { required: ['kind'] } },
    { schema: { required: ['sort'] } },
    `expected the output to fit the schema: "/sort" is missing. Got ${output}`,
  ],
  contains: [
    { contains: ['question', 'where'] },
    { contains: 'answer' },
    `expected the output to contain "answer", got ${output}`,
  ],
  excludes: [
    { excludes: 'answer' },
    { excludes: ['answer', 'where'] },
    `expected the output not to contain "where", got ${output}`,
  ],
  equals: [
    { equals: { words: ['how', 'where'], kind: 'question' } },
    { equals: { kind: 'question', words: ['how', 'when'] } },
    'expected "/words/1" to be "when", got "where"',
  ],
  when: [
    { when: ['output.kind == "question"', 'stages.dropped.status == "skipped"', 'usage.total_tokens > 0'] },
    { when: 'size(output.words) == 3' },
    'expected size(output.words) == 3 to be true, got false',
  ],
  'a condition about nothing': [
    { when: '!has(output.sort)' },
    { when: 'output.sort == 1' },
    expect.stringMatching(/^expected output\.sort == 1 to be true, and it cannot be told: .*sort/u),
  ],
  'nodes in order': [
    { path: { nodes: ['sort', 'kept'] } },
    { path: { nodes: ['kept', 'sort'] } },
    'expected the nodes kept, sort to run in this order, got sort, pick, kept: "sort" is not where it should be',
  ],
  edges: [
    { path: { edges: ['sort->pick', 'pick->kept'] } },
    { path: { edges: ['pick->dropped'] } },
    'expected the edge pick->dropped to be taken, got sort->pick, pick->kept',
  ],
  avoid: [
    { path: { avoid: ['dropped', 'pick->dropped'] } },
    { path: { avoid: ['dropped', 'pick->kept'] } },
    'expected "pick->kept" not to be on the way, got sort, pick, kept',
  ],
  'the cost': [
    { cost: { max_usd: 10, max_tokens: 10_000 } },
    { cost: { max_usd: 0.000_1 } },
    expect.stringMatching(/^expected a cost of at most \$0\.0001, got \$0\.\d+$/u),
  ],
  tokens: [
    { cost: { max_tokens: 10_000 } },
    { cost: { max_tokens: 3 } },
    expect.stringMatching(/^expected at most 3 tokens, got \d+$/u),
  ],
  judge: [
    { judge: { agent: 'judge', criteria: 'It is sorted.', min_score: 0.9 } },
    { judge: { agent: 'judge', criteria: 'Be strict.' } },
    'expected "judge" to be content, got It is short.',
  ],
} as const;

describe('an expectation of', () => {
  it.each(Object.entries(expectations))(
    '%s is met or not, and says what was expected and what there is',
    async (_, [met, unmet, fault]) => {
      expect(await faultsOf(met)).toEqual([]);
      expect(await faultsOf(unmet)).toEqual([fault]);
    },
  );
});

it('looks at all that is expected after something is not met, and says where each is written', async () => {
  const report = await reportOf({ contains: ['answer', 'question'], status: 'partial' });
  expect(report).toMatchObject({ status: 'failed', score: 1 / 3, passed_runs: 0, file: 'evals/cases.json', line: 1 });
  expect(report.runs[0]?.findings.map(({ expectation, passed }) => [expectation, passed])).toEqual([
    ['status', false],
    ['contains', false],
    ['contains', true],
  ]);
  const text = '{"cases":{"one":{"input":"Where?","expect":{"contains":["answer","question"],"status":"partial"}}}}';
  const columns = ['"partial"', '"answer"', '"question"'].map((part) => `evals/cases.json:1:${text.indexOf(part) + 1}`);
  expect(report.runs[0]?.findings.map(({ at }) => at)).toEqual(columns);
});

it('asks a score of a judge where the case names the least one', async () => {
  const judge = { agent: 'judge', criteria: 'Be strict.' };
  expect(await faultsOf({ judge: { ...judge, min_score: 0.2 } })).toEqual([]);
  expect(await faultsOf({ judge: [{ ...judge, min_score: 0.5 }] })).toEqual([
    'expected a score of at least 0.5 from "judge", got 0.25: It is short.',
  ]);
});

it('counts what judges cost apart, and in the whole', async () => {
  const [alone, judged] = await Promise.all([
    reportOf({ cost: { max_usd: 10 } }),
    reportOf({ judge: { agent: 'judge', criteria: 'It is sorted.' } }),
  ]);
  const [run] = judged.runs;
  expect(run?.judges_cost_usd).toBeGreaterThan(0);
  expect(run?.cost_usd).toBeCloseTo((alone.runs[0]?.cost_usd ?? 0) + (run?.judges_cost_usd ?? 0), 10);
  expect(judged.tokens).toBeGreaterThan(alone.tokens);
  expect(judged.score).toBeCloseTo(0.95, 10);
});

it('does not pass what a judge gives no verdict on', async () => {
  expect(await faultsOf({ judge: { agent: 'judge', criteria: 'Say nothing.' } })).toEqual([
    expect.stringMatching(/^expected a verdict of "judge", got json\.\w+: /u),
  ]);
});

it('tells a task that cannot be run from one that goes wrong', async () => {
  const report = await reportOf({ status: 'failed' }, { overrides: ['model=nobody'] });
  expect(report.runs[0]?.findings.map(({ expectation, passed }) => [expectation, passed])).toEqual([['run', false]]);
  expect(report.runs[0]?.findings[0]?.message).toMatch(/^[A-Z_]+: .*nobody/u);
});

const forged = 'Bad.\r\n✓  cases/two  1/1\u2028a\u001b[31mb\u202Ec\u200Bd';
const shownLine = 'Bad. ✓ cases/two 1/1 a\\u001b[31mb\\u202ec\\u200bd';

it('shows what a judge says on one line, without what steers a terminal', async () => {
  const replies = [
    { agent: 'judge', reply: { pass: false, why: forged } },
    { agent: 'sorter', reply: { kind: 'question' } },
  ];
  const cases = { one: { input: 'Where?', expect: { judge: { agent: 'judge', criteria: 'It is sorted.' } } } };
  const files = { 'pen.yaml': JSON.stringify({ replies }) };
  const report = await runEvals(evalProject(cases, { files }), { environment: {} });
  const [, finding] = report.cases[0]?.runs[0]?.findings ?? [];
  expect(finding?.message).toBe(`expected "judge" to be content, got ${shownLine}`);
  const [, row, ...rest] = formatEvalReport(report, 'table').split('\n');
  expect([row?.trim(), rest[0]]).toEqual([`${finding?.at} ${finding?.message}`, '']);
});
