import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { stageOf } from '../../support/task-reading.ts';

const asking = (replies: string, more: Partial<TestProject> = {}): TestProject => ({
  workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] },
  engine: {
    models: {
      told: {
        provider: 'scripted',
        script: 'replies.yaml',
        price: { input_per_mtok: 1_000_000, output_per_mtok: 2_000_000 },
      },
    },
    defaults: { model: 'told' },
  },
  agents: { writer: { prompt: 'Write.' } },
  files: { 'replies.yaml': `replies: [${replies}]` },
  ...more,
});

const typesIn = ({ events }: OpenEngine): string[] =>
  events.map(({ type }) => type).filter((type) => /^(?:agent|llm|json|memory|context)\./u.test(type));

describe('an agent', () => {
  it('gives its text, and what it cost', async () => {
    const { engine } = await openProject(asking('{ reply: hello, tokens: { prompt: 10, completion: 5 } }'), {
      host: 'memory',
    });
    const result = await engine.runOne('go');
    const usage = { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 0, cost_usd: 20 };
    expect([result.status, result.output]).toEqual(['completed', 'hello']);
    expect([stageOf(result, 'write').usage, result.usage]).toEqual([usage, { ...usage, total_tokens: 15 }]);
  });

  it('is asked again after an answer that does not fit, and pays for both', async () => {
    const opened = await openProject(
      asking(
        '{ call: 1, reply: [], tokens: { prompt: 10, completion: 5 } }, { call: 2, reply: { fine: true }, tokens: { prompt: 10, completion: 5 } }',
        {
          agents: { writer: { prompt: 'Write.', output_schema: { type: 'object', required: ['fine'] } } },
        },
      ),
      { host: 'memory' },
    );
    const result = await opened.clock.outcomeOf(opened.engine.runOne('go'));
    expect([result.status, result.output, result.usage.total_tokens, result.usage.cost_usd]).toEqual([
      'completed',
      { fine: true },
      30,
      40,
    ]);
    expect(typesIn(opened)).toEqual([
      'agent.called',
      'llm.requested',
      'llm.chunk',
      'llm.responded',
      'json.reasked',
      'llm.requested',
      'llm.chunk',
      'llm.responded',
      'json.validated',
      'memory.written',
      'agent.answered',
    ]);
  });

  it.each([
    ['is cut off', "{ reply: 'half of it', finish: length }"],
    ['has no text', "{ reply: ' ' }"],
  ])('gives no answer when what it says %s', async (_, reply) => {
    const { engine } = await openProject(asking(reply), { host: 'memory' });
    const { status, failures } = await engine.runOne('go');
    expect([status, failures.map(({ code }) => code)]).toEqual(['failed', ['agent.no_answer']]);
  });

  it('fails the stage as the model failed', async () => {
    const opened = await openProject(asking('{ fail: { code: provider.auth, message: The key is wrong. } }'), {
      host: 'memory',
    });
    const { status, failures } = await opened.engine.runOne('go');
    expect([status, failures.map(({ code, message, category }) => [code, message, category])]).toEqual([
      'failed',
      [['provider.auth', 'The key is wrong.', 'provider']],
    ]);
    expect(typesIn(opened)).toEqual(['agent.called', 'llm.requested', 'llm.failed']);
  });

  it('goes through the steps that pipelines.yaml lists, and through no others', async () => {
    const opened = await openProject(
      asking('{ reply: { fine: true } }', {
        agents: { writer: { prompt: 'Write.', context_profile: 'all', output_schema: { type: 'object' } } },
        memory: {
          memory: { task_store: { type: 'in_memory' } },
          context_profiles: { all: { max_tokens: 500, sources: ['task_store'] } },
        },
        pipelines: {
          pipeline_templates: {
            agent_node: { stages: ['build_prompt', 'call_llm', 'emit_telemetry', 'apply_agent_effects'] },
          },
        },
      }),
      { host: 'memory' },
    ).catch((error: unknown) => error);
    expect(String(opened)).toContain('apply_agent_effects');
    const fitting = await openProject(
      asking('{ reply: { fine: true } }', {
        agents: { writer: { prompt: 'Write.', output_schema: { type: 'object' } } },
        pipelines: { pipeline_templates: { agent_node: { stages: ['build_prompt', 'call_llm', 'emit_telemetry'] } } },
      }),
      { host: 'memory' },
    );
    const result = await fitting.engine.runOne('go');
    expect([result.output, typesIn(fitting)]).toEqual([
      '{"fine":true}',
      ['agent.called', 'llm.requested', 'llm.chunk', 'llm.responded', 'agent.answered'],
    ]);
  });

  it('remembers what was said before it in the same task, and nothing of other tasks', async () => {
    const { engine, events } = await openProject(
      asking(
        '{ stage: write, reply: the first word }, { match: "the first word", reply: it remembers }, { reply: it forgot }',
        {
          agents: {
            writer: { prompt: 'Write.' },
            reader: { prompt: 'Read.', context_profile: 'all' },
          },
          memory: {
            memory: { task_store: { type: 'in_memory' } },
            context_profiles: { all: { max_tokens: 500, sources: ['task_store'] } },
          },
          workflow: {
            nodes: [
              { id: 'write', type: 'agent', agent: 'writer' },
              { id: 'read', type: 'agent', agent: 'reader', input: 'nothing' },
            ],
            edges: [{ from: 'write', to: 'read' }],
          },
        },
      ),
      { host: 'memory' },
    );
    const outputs = await Promise.all([engine.runOne('go', { id: 'a' }), engine.runOne('go', { id: 'b' })]);
    expect(outputs.map(({ output }) => output)).toEqual(['it remembers', 'it remembers']);
    const assembled = events.flatMap((event) => (event.type === 'context.assembled' ? [event.data.items] : []));
    expect(assembled).toEqual([1, 1]);
  });

  it('fails with the category of memory when its memory cannot be written', async () => {
    const { engine, directory } = await openProject(
      asking('{ reply: hello }', { memory: { memory: { task_store: { type: 'file_json', path: './memory.json' } } } }),
      { host: 'memory' },
    );
    mkdirSync(path.join(directory, 'memory.task.json'));
    const { status, failures } = await engine.runOne('go', { id: 'task' });
    expect([status, failures.map(({ code, category, retryable }) => [code, category, retryable])]).toEqual([
      'failed',
      [['memory.unavailable', 'memory', true]],
    ]);
  });

  it('that hangs is stopped when its time is up', async () => {
    const { engine, clock, events } = await openProject(
      asking('{ stall: true }', {
        workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer', timeout: '5s' }] },
      }),
      { host: 'memory' },
    );
    const running = engine.runOne('go');
    await clock.until(() => events.some(({ type }) => type === 'llm.requested'));
    clock.advance(5_000);
    const { status, failures } = await running;
    expect([status, failures.map(({ code }) => code)]).toEqual(['failed', ['timeout.attempt']]);
  });

  it.each(['memory', 'local'] as const)('is stopped when the engine is closed, on the %s host', async (host) => {
    const { engine, clock, events } = await openProject(asking('{ stall: true }'), { host });
    const running = engine.runOne('go', { id: 'cut' }).catch((error: unknown) => error);
    await clock.until(() => events.some(({ type }) => type === 'llm.requested'));
    await engine.close();
    expect(await running).toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(clock.waits()).toEqual([]);
  });

  it('that decides pays also when its answer fits no condition', async () => {
    const { engine } = await openProject(
      asking('{ reply: { score: high }, tokens: { prompt: 10, completion: 5 } }', {
        agents: { writer: { prompt: 'Write.', output_schema: { type: 'object' } } },
        workflow: {
          nodes: [
            { id: 'judge', type: 'decision', agent: 'writer' },
            { id: 'good', type: 'transform', output: 1 },
            { id: 'bad', type: 'transform', output: 2 },
          ],
          edges: [
            { from: 'judge', to: 'good', when: 'output.score > 5' },
            { from: 'judge', to: 'bad', when: 'output.score <= 5' },
          ],
        },
      }),
      { host: 'memory' },
    );
    const { status, failures, usage } = await engine.runOne('go');
    expect([status, failures.map(({ code }) => code), usage.total_tokens]).toEqual([
      'failed',
      ['config.expression'],
      15,
    ]);
  });
});
