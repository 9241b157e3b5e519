import { describe, expect, it } from 'vitest';
import type { ToolNodeSpec } from '../../../src/manifest/index.ts';
import { openProject, untilStopped, type OpenEngine, type TestTools } from '../../support/engine-fixture.ts';
import { stageOf } from '../../support/task-reading.ts';

const brokenTool = (): never => {
  throw new Error('It broke.');
};

/** A tool that keeps the keys it was called with, and fails the first time. */
function flakyTool(keys: string[]): TestTools[string] {
  return (_, { attempt, idempotencyKey }) => {
    keys.push(idempotencyKey);
    if (attempt === 1) throw new Error('Not yet.');
    return attempt;
  };
}

/** An agent writes the plan, and a tool node carries it out; the agent may use every tool but "secret". */
async function openPlan(plan: unknown, tools: TestTools, node: Partial<ToolNodeSpec> = {}): Promise<OpenEngine> {
  const names = Object.keys(tools).filter((name) => name !== 'secret');
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'think', type: 'agent', agent: 'planner' },
          { id: 'act', type: 'tool', plan: 'think', ...node },
        ],
        edges: [{ from: 'think', to: 'act' }],
      },
      engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
      agents: { planner: { prompt: 'Plan.', output_schema: {}, tools: names } },
      files: { 'replies.yaml': JSON.stringify({ replies: [{ reply: plan }] }) },
      tools,
    },
    { host: 'memory' },
  );
}

const notRun = (id: string, on: string): object => ({
  id,
  tool: 'echo',
  ok: false,
  failure: {
    code: 'tool.failed',
    message: `Step "${id}" was not run, since it depends on "${on}", which did not succeed.`,
  },
});

const echo = (arguments_: unknown): unknown => arguments_;

describe('a tool node with a plan', () => {
  it('runs the steps and gives their results, and fields by the names that the plan gives them', async () => {
    const steps = [
      { id: 'b', tool: 'echo', arguments: { n: 2 }, depends_on: ['a'] },
      { id: 'a', tool: 'echo', arguments: { n: '${{ input }}' }, result_field: 'results' },
    ];
    const { engine } = await openPlan({ steps }, { echo });
    expect((await engine.runOne('go')).output).toEqual({
      results: [
        { id: 'a', tool: 'echo', ok: true, output: { n: '${{ input }}' } },
        { id: 'b', tool: 'echo', ok: true, output: { n: 2 } },
      ],
      fields: { results: { n: '${{ input }}' } },
    });
  });

  it('tells of each step which it was', async () => {
    const { engine, events } = await openPlan({ steps: ['a', 'b'].map((id) => ({ id, tool: 'echo' })) }, { echo });
    await engine.runOne('go');
    const told = events.flatMap(({ type, nodeId, data }) =>
      type.startsWith('tool.') && 'step' in data ? [`${type} ${nodeId}/${data.step}`] : [],
    );
    expect(told).toEqual(['tool.called act/a', 'tool.finished act/a', 'tool.called act/b', 'tool.finished act/b']);
  });

  it('stops at a step that fails, and says what was done before', async () => {
    const steps = [
      { id: 'a', tool: 'echo' },
      { id: 'b', tool: 'broken' },
      { id: 'c', tool: 'echo' },
    ];
    const { engine, calls } = await openPlan({ steps }, { echo, broken: brokenTool });
    const { status, failures } = await engine.runOne('go');
    expect([status, calls]).toEqual(['failed', ['echo', 'broken']]);
    expect(failures[0]).toMatchObject({
      code: 'tool.failed',
      node: 'act',
      message: 'Step "b" of the tool plan failed. Tool "broken" failed: It broke.',
      details: { step: 'b', tool: 'broken', done: ['a'] },
    });
  });

  it('goes on after a step that may fail, but not with what depends on it', async () => {
    const steps = [
      { id: 'a', tool: 'broken', on_error: 'continue', result_field: 'x' },
      { id: 'b', tool: 'echo', depends_on: ['a'] },
      { id: 'c', tool: 'echo', depends_on: ['b'] },
      { id: 'd', tool: 'echo' },
    ];
    const { engine, calls } = await openPlan({ steps }, { echo, broken: brokenTool });
    expect((await engine.runOne('go')).output).toEqual({
      results: [
        {
          id: 'a',
          tool: 'broken',
          ok: false,
          failure: {
            code: 'tool.failed',
            message: 'Tool "broken" failed: It broke.',
            hint: 'Look into the code of the tool.',
          },
        },
        notRun('b', 'a'),
        notRun('c', 'b'),
        { id: 'd', tool: 'echo', ok: true, output: {} },
      ],
      fields: {},
    });
    expect(calls).toEqual(['broken', 'echo']);
  });

  it('tries a step once more with a key of its own, if the plan says so', async () => {
    const keys: string[] = [];
    const steps = [{ id: 'a', tool: 'flaky', on_error: 'retry', result_field: 'x' }];
    const { engine } = await openPlan({ steps }, { flaky: flakyTool(keys) });
    const { taskId, output } = await engine.runOne('go');
    expect(output).toMatchObject({ fields: { x: 2 } });
    expect(keys).toEqual([expect.stringMatching(/\.act\/a$/u), expect.stringMatching(/\.act\/a\/2$/u)]);
    expect(keys.every((key) => key.startsWith(`${taskId}/`))).toBe(true);
  });

  it('fails after the second attempt of a step', async () => {
    const { engine, calls } = await openPlan(
      { steps: [{ id: 'a', tool: 'broken', on_error: 'retry' }] },
      { broken: brokenTool },
    );
    expect([(await engine.runOne('go')).status, calls]).toEqual(['failed', ['broken', 'broken']]);
  });

  it('does not try again what cannot get better', async () => {
    const { engine, calls } = await openPlan(
      { steps: [{ id: 'a', tool: 'echo', on_error: 'retry' }] },
      { echo: () => Number.NaN },
    );
    const { failures } = await engine.runOne('go');
    expect([failures.map(({ code }) => code), calls]).toEqual([['tool.invalid_output'], ['echo']]);
  });

  it('runs the whole plan anew when the stage is tried again', async () => {
    const keys: string[] = [];
    const steps = [
      { id: 'a', tool: 'echo' },
      { id: 'b', tool: 'flaky' },
    ];
    const { engine, clock, calls } = await openPlan({ steps }, { echo, flaky: flakyTool(keys) }, { retries: 1 });
    expect((await clock.outcomeOf(engine.runOne('go'))).status).toBe('completed');
    expect([calls, new Set(keys).size]).toEqual([['echo', 'flaky', 'echo', 'flaky'], 2]);
  });

  it('calls no tool at all when the plan names one that the agent does not have', async () => {
    const steps = [
      { id: 'a', tool: 'echo' },
      { id: 'b', tool: 'secret' },
    ];
    const { engine, calls } = await openPlan({ steps }, { echo, secret: echo }, { retries: 3 });
    const { failures } = await engine.runOne('go');
    expect(failures.map(({ code, category, message, attempt }) => [code, category, message, attempt])).toEqual([
      [
        'permission.denied',
        'permission',
        'Step "b" of the tool plan names "secret", which is no tool of the agent "planner".',
        1,
      ],
    ]);
    expect(calls).toEqual([]);
  });

  it.each(['analysis_only', 'dry_run'])('lets no harmful step run in the mode %s', async (mode) => {
    const { engine, calls } = await openPlan({ steps: [{ id: 'a', tool: 'echo' }] }, { echo });
    const { output } = await engine.runOne('go', { mode });
    expect([output, calls]).toMatchObject([{ results: [{ ok: true, output: { not_run: mode } }] }, []]);
  });

  it('begins no further step once it is stopped', async () => {
    const steps = [
      { id: 'a', tool: 'slow', on_error: 'continue' },
      { id: 'b', tool: 'echo' },
    ];
    const { engine, clock, calls } = await openPlan(
      { steps },
      { echo, slow: (_, { signal }) => untilStopped(signal) },
      { timeout: '5s' },
    );
    const { failures } = await clock.outcomeOf(engine.runOne('go'));
    expect([failures.map(({ code }) => code), calls]).toEqual([['timeout.attempt'], ['slow']]);
  });

  it('fails when the node that was to write the plan failed', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'think', type: 'agent', agent: 'planner' },
            { id: 'act', type: 'tool', plan: 'think' },
          ],
          edges: [{ from: 'think', to: 'act', type: 'fallback' }],
        },
        engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
        agents: { planner: { prompt: 'Plan.', tools: ['echo'] } },
        files: { 'replies.yaml': 'replies: [{ fail: { code: agent.refused, message: No. } }]' },
        tools: { echo },
      },
      { host: 'memory' },
    );
    const result = await engine.runOne('go');
    const { failure } = stageOf(result, 'act');
    expect([failure?.code, failure?.message]).toEqual([
      'config.invalid',
      'Node "think" gave no output, so there is no tool plan to carry out.',
    ]);
  });
});
