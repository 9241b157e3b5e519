import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../src/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';

const later = ['after_1', 'after_2', 'after_3'];
const statuses = ({ trace }: TaskResult): string[] => trace.map(({ stage, status }) => `${stage} ${status}`);

type AskingNode = { id: string; type: 'agent'; agent: string };
const ask = (id: string, agent: string, more: object = {}): AskingNode => ({ id, type: 'agent', agent, ...more });
const call = (tokens: number): object => ({ tokens: { prompt: tokens, completion: tokens } });

/** A stage whose time is up after a call of 2,000 tokens, a tool, and stages that take 400 tokens each. */
function timingOut(tools: TestTools): TestProject {
  return {
    workflow: {
      nodes: [
        ask('slow', 'acting', { timeout: '5s' }),
        { id: 'wait', type: 'tool', tool: 'wait' },
        ...later.map((id) => ask(id, 'plain')),
      ],
      edges: [
        { from: 'slow', to: 'wait', type: 'error' },
        ...later.map((to, at) => ({ from: later[at - 1] ?? 'wait', to })),
      ],
    },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml', max_output_tokens: 300 } },
      defaults: { model: 'told', max_tokens_total: 2_500 },
    },
    agents: { acting: { prompt: 'Act.', tools: ['quick'] }, plain: { prompt: 'Answer.' } },
    files: {
      'replies.yaml': JSON.stringify({
        replies: [
          { stage: 'slow', call: 1, tool_calls: [{ tool: 'quick' }], tokens: { prompt: 1_000, completion: 1_000 } },
          { stage: 'slow', call: 2, stall: true },
          { reply: 'ok', tokens: { prompt: 200, completion: 200 } },
        ],
      }),
    },
    tools: { quick: () => 1, ...tools },
  };
}

async function untilAsked({ clock, events }: OpenEngine, times: number): Promise<void> {
  await clock.until(() => events.filter(({ type }) => type === 'llm.requested').length >= times);
}

describe('what a stage has spent that was stopped', () => {
  const expected = ['slow failed', 'wait done', 'after_1 done', 'after_2 failed', 'after_3 failed'];

  it('counts for the task when its time was up', async () => {
    const opened = await openProject(timingOut({ wait: () => 'waited' }), { host: 'memory' });
    const running = opened.engine.runOne('go');
    await untilAsked(opened, 2);
    opened.clock.advance(5_000);
    const result = await opened.clock.outcomeOf(running);
    expect(statuses(result)).toEqual(expected);
    expect(result.usage.total_tokens).toBe(2_400);
  });

  it('counts for the task in another process, too', async () => {
    const first = await openProject(timingOut({ wait: (_, { signal }) => untilStopped(signal) }), { host: 'local' });
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await untilAsked(first, 2);
    first.clock.advance(5_000);
    await first.clock.until(() => first.calls.includes('wait'));
    await first.engine.close();
    await running;
    const tools: TestTools = { quick: () => 1, wait: () => 'waited' };
    const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
    const result = await first.clock.outcomeOf(second.engine.resumeTask('task'));
    expect(statuses(result)).toEqual(expected);
    expect(result.usage.total_tokens).toBe(2_400);
  });

  it('is told once when another attempt goes on from it', async () => {
    const { workflow, ...project } = timingOut({ wait: () => 'waited' });
    const nodes = workflow.nodes.map((node) => (node.id === 'slow' ? { ...node, retries: 1, backoff: '0ms' } : node));
    const opened = await openProject({ ...project, workflow: { ...workflow, nodes } }, { host: 'local' });
    const running = opened.engine.runOne('go');
    await untilAsked(opened, 2);
    opened.clock.advance(5_000);
    const result = await opened.clock.outcomeOf(running);
    const [slow] = result.trace;
    expect([slow?.status, slow?.attempt, result.usage.total_tokens]).toEqual(['done', 2, 2_400]);
  });

  it('is told of a task that was cancelled', async () => {
    const opened = await openProject(timingOut({ wait: () => 'waited' }), { host: 'local' });
    const running = opened.engine.runOne('go', { id: 'task' });
    await untilAsked(opened, 2);
    void opened.engine.cancelTask('task');
    const result = await opened.clock.outcomeOf(running);
    expect([result.status, result.usage.total_tokens]).toEqual(['cancelled', 2_000]);
    await opened.engine.close();
    const again = await openDirectory(opened.directory, {}, { host: 'local', clock: opened.clock });
    expect((await again.engine.showTask('task')).usage.total_tokens).toBe(2_000);
  });
});

it('knows of what stages in flight have spent before a stage beside them goes on', async () => {
  const project: TestProject = {
    workflow: {
      nodes: [
        { id: 'fork', type: 'transform', output: 1 },
        { id: 'hold', type: 'tool', tool: 'hold' },
        ask('beside', 'beside'),
        ask('first', 'first'),
      ],
      edges: [
        { from: 'fork', to: 'hold' },
        { from: 'hold', to: 'beside' },
        { from: 'fork', to: 'first' },
      ],
    },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml', max_output_tokens: 1_000 } },
      defaults: { model: 'told', max_tokens_total: 2_100 },
    },
    agents: { first: { prompt: 'Act.', tools: ['wait'] }, beside: { prompt: 'Answer.' } },
    files: {
      'replies.yaml': JSON.stringify({
        replies: [
          { stage: 'first', call: 1, tool_calls: [{ tool: 'wait' }], ...call(1_000) },
          { stage: 'first', call: 2, reply: 'ok', ...call(10) },
          { stage: 'beside', reply: 'ok', ...call(500) },
        ],
      }),
    },
    tools: { wait: (_, { signal }) => untilStopped(signal), hold: (_, { signal }) => untilStopped(signal) },
  };
  const first = await openProject(project, { host: 'local' });
  const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
  await first.clock.until(() => first.calls.length === 2);
  await first.engine.close();
  await running;
  const tools: TestTools = { wait: (_, { signal }) => untilStopped(signal), hold: () => 1 };
  const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
  const resumed = second.engine.resumeTask('task').catch(() => undefined);
  await second.clock.until(() =>
    second.events.some(({ type, stageId }) => type === 'stage.failed' && stageId === 'beside'),
  );
  const given = second.events.flatMap((event) => (event.type === 'llm.requested' ? [event.stageId] : []));
  expect(given).toEqual([]);
  await second.engine.close();
  await resumed;
});
