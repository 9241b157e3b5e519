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
import { stageOf } from '../../support/task-reading.ts';

interface ToolProject {
  readonly replies: readonly object[];
  readonly tools: TestTools;
  readonly agent?: object;
  readonly node?: object;
  readonly models?: object;
}

function withTools({ replies, tools, agent = {}, node = {}, models = {} }: ToolProject): TestProject {
  return {
    workflow: { nodes: [{ id: 'work', type: 'agent', agent: 'worker', ...node }] },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml' }, ...models },
      defaults: { model: 'told' },
    },
    agents: { worker: { prompt: 'Work.', tools: Object.keys(tools), ...agent } },
    files: { 'replies.yaml': JSON.stringify({ replies }) },
    tools,
  };
}

const openTools = (project: ToolProject): Promise<OpenEngine> => openProject(withTools(project), { host: 'memory' });

const call = (tool: string, given: object = {}): object => ({ tool_calls: [{ tool, arguments: given }] });
const plan = (...steps: readonly object[]): object => ({ reply: JSON.stringify({ steps }) });
const words = ({ status, output, failures }: TaskResult): unknown =>
  failures.length === 0 ? [status, output] : [status, failures.map(({ code }) => code)];

const failing = (code: string): object => ({ fail: { code } });
const lookUp = (arguments_: unknown): unknown => ({ found: arguments_ });

describe('an agent with tools', () => {
  it.each([
    ['calls them in the way of its provider', call('look_up', { word: 'sun' })],
    ['writes a tool plan', plan({ id: 's1', tool: 'look_up', arguments: { word: 'sun' } })],
  ])('acts, observes and answers when it %s', async (_, act) => {
    const { engine, calls, events } = await openTools({
      replies: [
        { call: 1, ...act },
        { match: '"found":\\{"word":"sun"\\}', reply: 'It is a star.' },
      ],
      tools: { look_up: lookUp },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'It is a star.']);
    expect(calls).toEqual(['look_up']);
    expect(events.filter(({ type }) => type.startsWith('tool.')).map(({ type, data }) => [type, data])).toEqual([
      ['tool.called', { tool: 'look_up', step: 's1' }],
      ['tool.finished', { tool: 'look_up', step: 's1', durationMs: 0 }],
    ]);
  });

  it('is told of a tool that failed, and decides what to do', async () => {
    const { engine } = await openTools({
      replies: [
        { call: 1, ...call('break_down') },
        { match: 'It broke', reply: 'I do without.' },
      ],
      tools: {
        break_down: () => {
          throw new Error('It broke.');
        },
      },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'I do without.']);
  });

  it('has only the tools on its list', async () => {
    const { engine, calls } = await openTools({
      replies: [
        { call: 1, ...call('secret') },
        { match: 'You have no tool .secret', reply: 'So be it.' },
      ],
      tools: { look_up: lookUp, secret: lookUp },
      agent: { tools: ['look_up'] },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'So be it.']);
    expect(calls).toEqual([]);
  });

  it('is refused a call that it made before, unless something has changed since', async () => {
    const again = { call: 2, ...call('look_up', { word: 'sun' }) };
    const { engine, calls } = await openTools({
      replies: [
        { call: 1, ...call('look_up', { word: 'sun' }) },
        again,
        { call: 3, match: 'You made the same call before', ...call('look_up', { word: 'moon' }) },
        { call: 4, reply: 'Done.' },
      ],
      tools: { look_up: lookUp },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(calls).toEqual(['look_up', 'look_up']);
  });

  it('may try again what failed, or was not run, and not what another order of arguments tells apart', async () => {
    const { engine, calls } = await openTools({
      replies: [
        {
          call: 1,
          ...plan(
            { id: 'a', tool: 'flaky', arguments: { n: 1 } },
            { id: 'b', tool: 'look_up', arguments: { x: 1, y: 2 } },
          ),
        },
        {
          call: 2,
          match: 'was not run, since the one before it failed',
          ...plan(
            { id: 'a', tool: 'flaky', arguments: { n: 1 } },
            { id: 'b', tool: 'look_up', arguments: { x: 1, y: 2 } },
          ),
        },
        { call: 3, ...call('look_up', { y: 2, x: 1 }) },
        { call: 4, match: 'You made the same call before', reply: 'Done.' },
      ],
      tools: {
        look_up: lookUp,
        flaky: (_, { attempt }) => {
          if (attempt === 1) throw new Error('Not yet.');
          return attempt;
        },
      },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(calls).toEqual(['flaky', 'flaky', 'look_up']);
  });

  it('stops a plan at a step that is refused', async () => {
    const { engine, calls } = await openTools({
      replies: [
        { call: 1, tool_calls: [{ tool: 'look_up', arguments: { n: 0 } }] },
        {
          call: 2,
          ...plan({ id: 'a', tool: 'look_up', arguments: { n: 0 } }, { id: 'b', tool: 'look_up', arguments: { n: 1 } }),
        },
        { call: 3, reply: 'Done.' },
      ],
      tools: { look_up: lookUp },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(calls).toEqual(['look_up']);
  });

  it('runs a hundred calls of one answer and no more, and shows of all of them what one prompt can hold', async () => {
    const many = Array.from({ length: 150 }, (_, at) => ({ tool: 'look_up', arguments: { at } }));
    const opened = await openTools({
      replies: [
        { call: 1, tool_calls: many },
        { call: 2, match: 'may ask for 100 calls', reply: 'Done.' },
      ],
      tools: { look_up: () => 'long '.repeat(10_000) },
    });
    expect(words(await opened.engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(opened.calls).toHaveLength(100);
    const tokens = opened.events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.promptTokens] : []));
    expect(tokens[1]).toBeLessThan(40_000);
  });

  it('has to answer when its steps are used up', async () => {
    const looking = [1, 2, 3].map((at) => Object.assign({ call: at }, call('look_up', { at })));
    const answering = await openTools({
      replies: [...looking.slice(0, 2), { call: 3, match: 'Your steps are used up', reply: 'Enough.' }],
      tools: { look_up: lookUp },
      agent: { max_steps: 2 },
    });
    expect(words(await answering.engine.runOne('go'))).toEqual(['completed', 'Enough.']);
    const stubborn = await openTools({ replies: looking, tools: { look_up: lookUp }, agent: { max_steps: 2 } });
    expect(words(await stubborn.engine.runOne('go'))).toEqual(['failed', ['agent.step_limit']]);
    expect(stubborn.calls).toEqual(['look_up', 'look_up']);
  });

  it.each([
    ['runs a tool on arguments that are mended without a loss', "{word: 'sun',}", ['write']],
    ['does not run a tool that may change something on arguments that are cut', '{"word": "sun", "more": ["a", "b', []],
  ])('%s', async (_, written, expected) => {
    const { engine, calls } = await openTools({
      replies: [
        { call: 1, tool_calls: [{ tool: 'write', arguments: written }] },
        { call: 2, reply: 'Done.' },
      ],
      tools: { write: lookUp },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(calls).toEqual(expected);
  });

  it('gives a plan as its answer where its schema asks for one', async () => {
    const steps = [{ id: 's1', tool: 'look_up', arguments: {} }];
    const { engine, calls } = await openTools({
      replies: [plan(...steps)],
      tools: { look_up: lookUp },
      agent: { output_schema: { type: 'object', required: ['steps'] } },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', { steps }]);
    expect(calls).toEqual([]);
  });

  it('runs nothing of an answer that was cut off', async () => {
    const { engine, calls } = await openTools({
      replies: [
        { call: 1, ...call('look_up'), finish: 'length' },
        { match: 'cut off at the token limit', reply: 'Shorter.' },
      ],
      tools: { look_up: lookUp },
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Shorter.']);
    expect(calls).toEqual([]);
  });
});

describe('an agent whose model fails', () => {
  const fallback = { provider: 'scripted', script: 'other.yaml' };

  async function openFallback(replies: readonly object[], more: Partial<ToolProject> = {}): Promise<OpenEngine> {
    const project = withTools({
      replies,
      tools: { look_up: lookUp },
      models: { other: fallback },
      agent: { fallback_models: ['other'] },
      ...more,
    });
    const files = {
      ...project.files,
      'other.yaml': JSON.stringify({ replies: [{ reply: 'From the other one.' }] }),
      'empty.json': JSON.stringify({ version: 1, takes_tools: true, calls: [] }),
    };
    return openProject({ ...project, files }, { host: 'memory' });
  }

  it.each(['provider.auth', 'provider.rate_limit'])('asks the next one after %s', async (code) => {
    const { engine, events } = await openFallback([failing(code)]);
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'From the other one.']);
    const asked = events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.model] : []));
    expect(asked).toEqual(['told', 'other']);
  });

  it('asks the next one after an answer that a filter stopped, and counts what both cost', async () => {
    const tokens = { prompt: 10, completion: 1 };
    const opened = await openFallback([{ reply: 'Half a', finish: 'content_filter', tokens }]);
    const result = await opened.engine.runOne('go', { id: 'task' });
    expect(words(result)).toEqual(['completed', 'From the other one.']);
    const told = opened.events.flatMap(({ type, data }) => (type === 'llm.responded' ? [data] : []));
    const sum = told.reduce(
      (tokensSoFar, { inputTokens, outputTokens }) => tokensSoFar + (inputTokens ?? 0) + (outputTokens ?? 0),
      0,
    );
    expect([told.length, result.usage.total_tokens]).toEqual([2, sum]);
    expect(told[0]).toMatchObject({ inputTokens: 10, outputTokens: 1 });
  });

  it('does not ask the next one for what a cassette does not hold', async () => {
    const opened = await openFallback([{ reply: 'nobody asks' }], {
      models: { other: fallback, played: { provider: 'replay', cassette: 'empty.json' } },
      agent: { fallback_models: ['other'], model: 'played' },
    });
    const result = await opened.engine.runOne('go');
    expect(words(result)).toEqual(['failed', ['provider.cassette_miss']]);
  });

  it('tries again what another attempt can help with before it asks the next one', async () => {
    const { engine, clock, events } = await openFallback([failing('provider.rate_limit')], { node: { retries: 1 } });
    expect(words(await clock.outcomeOf(engine.runOne('go')))).toEqual(['completed', 'From the other one.']);
    const asked = events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.model] : []));
    expect(asked).toEqual(['told', 'told', 'other']);
  });

  it('asks nothing twice that was answered before the attempt that failed', async () => {
    const { engine, clock, calls, events } = await openFallback(
      [
        { call: 1, ...call('look_up', { word: 'sun' }), tokens: { prompt: 10, completion: 1 } },
        { call: 2, ...failing('provider.overloaded') },
        { call: 3, match: '"word":"sun"', reply: 'A star.', tokens: { prompt: 20, completion: 2 } },
      ],
      { node: { retries: 1 } },
    );
    const result = await clock.outcomeOf(engine.runOne('go'));
    expect([words(result), calls]).toEqual([['completed', 'A star.'], ['look_up']]);
    expect(events.filter(({ type }) => type === 'llm.requested')).toHaveLength(3);
    expect(stageOf(result, 'work').usage).toEqual({ prompt_tokens: 30, completion_tokens: 3, cached_tokens: 0 });
  });

  it('asks the next one for JSON that the first one cannot give', async () => {
    const { engine, events } = await openFallback([{ reply: 'no JSON' }], {
      agent: { fallback_models: ['other'], output_schema: { type: 'string' }, json: { retries: 2 } },
    });
    expect((await engine.runOne('go')).status).toBe('failed');
    const strategies = events.flatMap((event) => (event.type === 'json.reasked' ? [event.data.strategy] : []));
    expect(strategies).toEqual(['reask', 'reask', 'escalate']);
  });
});

describe('an agent that is interrupted', () => {
  it('goes on behind the last call that was answered, with the same keys for what was not', async () => {
    const keys: string[] = [];
    const waiting = Promise.withResolvers<undefined>();
    const project = withTools({
      replies: [
        { call: 1, ...call('look_up', { word: 'sun' }), tokens: { prompt: 10, completion: 1 } },
        { call: 2, ...call('write'), tokens: { prompt: 10, completion: 1 } },
        { call: 3, match: 'written', reply: 'Done.', tokens: { prompt: 10, completion: 1 } },
      ],
      tools: {
        look_up: lookUp,
        write: async (_, { idempotencyKey, signal }) => {
          keys.push(idempotencyKey);
          waiting.resolve(undefined);
          return keys.length === 1 ? untilStopped(signal) : 'written';
        },
      },
    });
    const first = await openProject(project, { host: 'local' });
    const { id } = await first.engine.createTask({ input: 'go' });
    const interrupted = first.engine.runTask(id).catch(() => 'stopped');
    await waiting.promise;
    await first.engine.close();
    await interrupted;
    const second = await openDirectory(first.directory, project.tools ?? {}, { host: 'local' });
    const result = await second.engine.resumeTask(id);
    expect([words(result), first.calls, second.calls]).toEqual([
      ['completed', 'Done.'],
      ['look_up', 'write'],
      ['write'],
    ]);
    expect(new Set(keys).size).toBe(1);
    expect(second.events.filter(({ type }) => type === 'llm.requested')).toHaveLength(1);
    expect(stageOf(result, 'work').usage).toEqual({ prompt_tokens: 30, completion_tokens: 3, cached_tokens: 0 });
  });
});
