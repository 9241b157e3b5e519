import { describe, expect, it } from 'vitest';
import type { Mapping, MergeNodeSpec, NodeSpec } from '../../../src/manifest/index.ts';
import { openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { outcome, stageOf } from '../../support/task-reading.ts';

const flaky = { id: 'flaky', type: 'tool', tool: 'flaky' } as const;

const branch = (id: string, output: Mapping): NodeSpec => ({ id, type: 'transform', output });

/** Branches side by side, and a merge behind them. */
async function openFork(
  branches: readonly NodeSpec[],
  merge: Partial<MergeNodeSpec>,
  rest: Omit<TestProject, 'workflow'> = {},
): Promise<OpenEngine> {
  const nodes: NodeSpec[] = [
    { id: 'start', type: 'transform', output: '${{ input }}' },
    ...branches,
    { id: 'join', type: 'merge', ...merge },
  ];
  const edges = branches.flatMap(({ id }) => [
    { from: 'start', to: id },
    { from: id, to: 'join' },
  ]);
  return openProject({ ...rest, workflow: { nodes, edges } }, { host: 'memory' });
}

async function joined(branches: readonly NodeSpec[], merge: Partial<MergeNodeSpec>): Promise<unknown> {
  const { engine } = await openFork(branches, merge);
  return (await engine.runOne('go')).output;
}

describe('a merge that votes', () => {
  it('takes what most branches say, and tells who said what', async () => {
    const branches = [
      branch('a', { verdict: { label: 'no' }, why: 'Too long.' }),
      branch('b', { verdict: { label: 'yes' }, why: 'Fine.' }),
      branch('c', { verdict: { label: 'yes' }, why: 'Good.' }),
    ];
    expect(await joined(branches, { merge: 'vote', vote_by: 'verdict.label' })).toEqual({
      winner: 'yes',
      votes: [
        { value: 'yes', count: 2, from: ['b', 'c'] },
        { value: 'no', count: 1, from: ['a'] },
      ],
      abstained: [],
      output: { verdict: { label: 'yes' }, why: 'Fine.' },
    });
  });

  it('gives a tie to the vote that came first by the order of the edges', async () => {
    const branches = [branch('a', 'late'), branch('b', 'early'), branch('c', 'early'), branch('d', 'late')];
    expect(await joined(branches, { merge: 'vote' })).toMatchObject({ winner: 'late', output: 'late' });
  });

  it('counts whole outputs as equal in whatever order their fields stand', async () => {
    const branches = [
      branch('a', { x: 1, y: [{ p: 1, q: 2 }] }),
      branch('b', 1),
      branch('c', { y: [{ q: 2, p: 1 }], x: 1 }),
    ];
    expect(await joined(branches, { merge: 'vote' })).toMatchObject({
      votes: [
        { count: 2, from: ['a', 'c'] },
        { value: 1, count: 1, from: ['b'] },
      ],
    });
  });

  it('names the branches that give no vote', async () => {
    const branches = [
      branch('a', { label: null }),
      branch('b', 'text'),
      branch('c', { label: false }),
      branch('d', { toString: 1 }),
    ];
    expect(await joined(branches, { merge: 'vote', vote_by: 'label' })).toEqual({
      winner: false,
      votes: [{ value: false, count: 1, from: ['c'] }],
      abstained: ['a', 'b', 'd'],
      output: { label: false },
    });
  });

  it.each([
    ['label', 'None of the branches gives a vote at "label", so there is nothing to count.'],
    ['constructor', 'None of the branches gives a vote at "constructor", so there is nothing to count.'],
    [undefined, 'None of the branches gives a vote, so there is nothing to count.'],
  ])('fails when nobody votes by %s', async (by, message) => {
    const nothing = by === undefined ? null : { other: 1 };
    const { engine } = await openFork([branch('a', nothing), branch('b', nothing)], {
      merge: 'vote',
      ...(by !== undefined && { vote_by: by }),
    });
    const { status, failures } = await engine.runOne('go');
    expect([status, failures.map((failure) => [failure.code, failure.message, failure.details])]).toEqual([
      'failed',
      [['config.merge', message, { abstained: ['a', 'b'] }]],
    ]);
    expect(failures[0]?.hint).toMatch(/^(?:Set vote_by|Make the branches)/u);
  });
});

describe('a merge by a tool', () => {
  const tools = { echo: (arguments_: unknown) => arguments_ };
  const failing = { flaky: () => Promise.reject(new Error('It broke.')) };

  it('gives the tool the outputs and the account of all edges', async () => {
    const { engine } = await openFork(
      [branch('a', 1), flaky, branch('c', [3])],
      { merge: 'reduce', tool: 'echo', on_branch_failure: 'continue' },
      { tools: { ...tools, ...failing } },
    );
    expect(stageOf(await engine.runOne('go'), 'join').output).toEqual({
      outputs: [1, [3]],
      arrivals: [
        { from: 'a', edge: 'a->join', token: 'live', output: 1 },
        { from: 'flaky', edge: 'flaky->join', token: 'failed' },
        { from: 'c', edge: 'c->join', token: 'live', output: [3] },
      ],
    });
  });

  it('maps its arguments from the outputs by source, also when only one came', async () => {
    const { engine } = await openFork(
      [branch('a', 1), flaky],
      {
        merge: 'reduce',
        tool: 'echo',
        on_branch_failure: 'continue',
        arguments: { all: '${{ output }}', of: '${{ arrivals.size() }}', one: '${{ stages.a.output }}' },
      },
      { tools: { ...tools, ...failing } },
    );
    expect(stageOf(await engine.runOne('go'), 'join').output).toEqual({ all: { a: 1 }, of: 2, one: 1 });
  });

  it('is tried again, and gives up with the failure of the tool', async () => {
    const { engine, clock, calls } = await openFork(
      [branch('a', 1), branch('b', 2)],
      { merge: 'reduce', tool: 'flaky', retries: 1, backoff: '1s' },
      { tools: failing },
    );
    const { failures } = await clock.outcomeOf(engine.runOne('go'));
    expect([calls, failures.map(({ code, node, attempt }) => [code, node, attempt])]).toEqual([
      ['flaky', 'flaky'],
      [['tool.failed', 'join', 2]],
    ]);
  });

  it('has a time limit for each attempt', async () => {
    const { engine, clock } = await openFork(
      [branch('a', 1), branch('b', 2)],
      { merge: 'reduce', tool: 'slow', timeout: '5s' },
      {
        tools: { slow: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)) },
      },
    );
    const { failures } = await clock.outcomeOf(engine.runOne('go'));
    expect(failures.map(({ code, node }) => [code, node])).toEqual([['timeout.attempt', 'join']]);
  });

  it('does not let a harmful tool run in a safe mode', async () => {
    const { engine, calls } = await openFork(
      [branch('a', 1), branch('b', 2)],
      { merge: 'reduce', tool: 'echo' },
      { tools },
    );
    const { output } = await engine.runOne('go', { mode: 'analysis_only' });
    expect([output, calls]).toEqual([{ not_run: 'analysis_only' }, []]);
  });
});

describe('a merge by an agent', () => {
  const asked: Omit<TestProject, 'workflow'> = {
    engine: {
      models: {
        told: {
          provider: 'scripted',
          script: 'replies.yaml',
          price: { input_per_mtok: 1_000_000, output_per_mtok: 0 },
        },
      },
      defaults: { model: 'told' },
    },
    agents: { chair: { prompt: 'Sum up {{ input.a }} and {{ input.b }}.', output_schema: { type: 'object' } } },
    files: {
      'replies.yaml':
        'replies: [{ stage: join, match: Sum up one and two, reply: { sum: both }, tokens: { prompt: 3, completion: 1 } }]',
    },
  };

  it('shows the agent what came, and costs what the model costs', async () => {
    const { engine } = await openFork(
      [branch('a', 'one'), branch('b', 'two')],
      { merge: 'agent', agent: 'chair' },
      asked,
    );
    const result = await engine.runOne('go');
    expect([result.status, result.output, result.usage.cost_usd]).toEqual(['completed', { sum: 'both' }, 3]);
    expect(outcome(result).at(-1)).toBe('join done');
  });

  it('shows the agent what its input is mapped to', async () => {
    const { engine } = await openFork(
      [branch('a', 'two'), branch('b', 'one')],
      { merge: 'agent', agent: 'chair', input: { a: '${{ output.b }}', b: '${{ output.a }}' } },
      asked,
    );
    expect((await engine.runOne('go')).output).toEqual({ sum: 'both' });
  });

  it('remembers the answer of the agent for the agents after it', async () => {
    const { events, engine } = await openFork(
      [branch('a', 'one'), branch('b', 'two')],
      { merge: 'agent', agent: 'chair' },
      asked,
    );
    await engine.runOne('go');
    const written = events.filter(({ type }) => type === 'memory.written');
    expect(written.map(({ nodeId }) => nodeId)).toEqual(['join']);
  });
});
