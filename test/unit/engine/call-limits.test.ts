import { describe, expect, it } from 'vitest';
import { openProject, type OpenEngine, type TestProject, type TestTools } from '../../support/engine-fixture.ts';

const call = (tool: string): object => ({ tool_calls: [{ tool }] });

/** Branches whose agents call a tool and then answer. */
function branches(count: number, tools: TestTools, more: Partial<TestProject> = {}): TestProject {
  const ids = Array.from({ length: count }, (_, at) => `ask_${at + 1}`);
  return {
    workflow: {
      nodes: [
        { id: 'fork', type: 'transform', output: 1 },
        ...ids.map((id) => ({ id, type: 'agent', agent: 'worker' }) as const),
      ],
      edges: ids.map((to) => ({ from: 'fork', to })),
    },
    engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
    agents: { worker: { prompt: 'Work.', tools: Object.keys(tools) } },
    files: { 'replies.yaml': JSON.stringify({ replies: [{ call: 1, ...call('work') }, { reply: 'done' }] }) },
    tools,
    ...more,
  };
}

interface Gated {
  readonly gates: (() => void)[];
  readonly tools: TestTools;
}

/** A tool that works until its gate is opened, or its call is stopped. */
function gated(): Gated {
  const gates: (() => void)[] = [];
  const work: TestTools[string] = (_, { signal }) =>
    new Promise((resolve) => {
      gates.push(() => resolve(1));
      signal.addEventListener('abort', () => resolve(0), { once: true });
    });
  return { gates, tools: { work } };
}

const modelsAsked = ({ events }: OpenEngine): number => events.filter(({ type }) => type === 'llm.requested').length;

describe('the limit of a tool', () => {
  it('holds for the calls of agents and of tool stages together', async () => {
    const { gates, tools } = gated();
    const project = branches(2, tools, { toolSpecs: { work: { max_parallel: 1 } } });
    const { nodes, edges = [] } = project.workflow;
    const workflow: TestProject['workflow'] = {
      nodes: [...nodes, { id: 'own', type: 'tool', tool: 'work' }],
      edges: [...edges, { from: 'fork', to: 'own' }],
    };
    const opened = await openProject({ ...project, workflow }, { host: 'memory' });
    const running = opened.engine.runOne('go');
    const begun: number[] = [];
    for (let ended = 0; ended < 3; ended += 1) {
      await opened.clock.until(() => gates.length > ended);
      await opened.clock.settle();
      begun.push(gates.length - ended);
      gates[ended]?.();
    }
    expect([(await running).status, begun]).toEqual(['completed', [1, 1, 1]]);
  });

  it('holds for calls that one answer asks for side by side', async () => {
    const { gates, tools } = gated();
    const both = [{ tool: 'work', arguments: { at: 1 } }, { tool: 'work', arguments: { at: 2 } }]; // prettier-ignore
    const replies = [{ call: 1, tool_calls: both }, { reply: 'done' }];
    const toolSpecs = { work: { max_parallel: 1, capabilities: ['deterministic_safe'] } };
    const files = { 'replies.yaml': JSON.stringify({ replies }) };
    const opened = await openProject(branches(1, tools, { files, toolSpecs }), { host: 'memory' });
    const running = opened.engine.runOne('go');
    for (let ended = 0; ended < 2; ended += 1) {
      await opened.clock.until(() => gates.length > ended);
      await opened.clock.settle();
      expect(gates.length - ended).toBe(1);
      gates[ended]?.();
    }
    expect((await running).status).toBe('completed');
  });

  it('lets the next call in when the stage is stopped that waits for a place or holds one', async () => {
    const { gates, tools } = gated();
    const project = branches(1, tools, { toolSpecs: { work: { max_parallel: 1 } } });
    const opened = await openProject(project, { host: 'memory' });
    const [first, second, third] = ['a', 'b', 'c'].map((id) => opened.engine.runOne('go', { id }));
    await opened.clock.until(() => gates.length === 1 && modelsAsked(opened) === 3);
    await opened.clock.settle();
    expect((await opened.engine.cancelTask('b')).status).toBe('cancelled');
    expect((await opened.engine.cancelTask('a')).status).toBe('cancelled');
    await opened.clock.until(() => gates.length === 2);
    gates[1]?.();
    expect([(await first)?.status, (await second)?.status, (await third)?.status]).toEqual([
      'cancelled',
      'cancelled',
      'completed',
    ]);
  });
});

describe('the limit of a provider', () => {
  it('holds for calls, so that an agent that uses a tool keeps no other from asking', async () => {
    const { gates, tools } = gated();
    const engine = { ...branches(1, tools).engine, limits: { providers: { scripted: 1 } } };
    const opened = await openProject(branches(3, tools, { engine }), { host: 'memory' });
    const running = opened.engine.runOne('go');
    await opened.clock.until(() => gates.length === 3);
    for (const open of gates) open();
    expect((await running).status).toBe('completed');
  });

  it('holds for fallback models, whatever provider comes first', async () => {
    const models = {
      told: { provider: 'scripted', script: 'replies.yaml' },
    };
    const engine = { models, limits: { providers: { scripted: 1 } } };
    const agents = { worker: { prompt: 'Work.', model: 'broken', fallback_models: ['told'] } };
    // it has no key, so it fails before it asks anybody
    const broken = { provider: 'anthropic', model: 'any' };
    const project = branches(
      2,
      {},
      {
        engine: { ...engine, models: { ...models, broken } },
        agents,
        files: {
          'replies.yaml': 'replies: [{ stall: true }]',
        },
      },
    );
    const opened = await openProject(project, { host: 'memory' });
    const running = opened.engine.runOne('go', { id: 'task' });
    const told = (): number =>
      opened.events.filter((event) => event.type === 'llm.requested' && event.data.model === 'told').length;
    await opened.clock.until(() => told() === 1);
    await opened.clock.settle();
    expect(told()).toBe(1);
    await opened.engine.cancelTask('task');
    expect((await running).status).toBe('cancelled');
  });
});
