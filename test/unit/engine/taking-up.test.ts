import { describe, expect, it } from 'vitest';
import { storedEvents } from '../../../src/engine/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';

const said = (reply: string): string => `{ agent: first, reply: ${reply} }, { agent: second, reply: done }`;

/** Two agents, the second of which is shown what the first said; between them a tool to stop at. */
const talking: TestProject = {
  workflow: {
    nodes: [
      { id: 'a', type: 'agent', agent: 'first' },
      { id: 'wait', type: 'tool', tool: 'wait' },
      { id: 'b', type: 'agent', agent: 'second' },
    ],
    edges: [
      { from: 'a', to: 'wait' },
      { from: 'wait', to: 'b' },
    ],
  },
  engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
  agents: { first: { prompt: 'Speak.' }, second: { prompt: 'Answer.', context_profile: 'heard' } },
  memory: {
    memory: { task_store: { type: 'in_memory' } },
    context_profiles: { heard: { max_tokens: 500, sources: ['task_store'] } },
  },
  files: { 'replies.yaml': `replies: [${said('"I was here"')}]` },
};

const quick: TestTools = { wait: () => 'waited' };

describe('a task that is taken up again', () => {
  it('gives an attempt that runs anew its whole time, however long the pause was', async () => {
    const workflow = { nodes: [{ id: 'work', type: 'tool' as const, tool: 'work', timeout: '2s' }] };
    const hanging: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const first = await openProject({ workflow, tools: hanging }, { host: 'local' });
    const { clock, directory } = first;
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await clock.until(() => first.calls.length === 1);
    clock.advance(500);
    await first.engine.close();
    await running;
    clock.advance(3_600_000);
    const gate = Promise.withResolvers<string>();
    const slow: TestTools = { work: () => gate.promise };
    const { engine, calls } = await openDirectory(directory, slow, { host: 'local', clock });
    const resumed = engine.resumeTask('task');
    await clock.until(() => calls.length === 1);
    expect(clock.waits()).toEqual([50, 2_000, 7_500]);
    clock.advance(1_999);
    await clock.settle();
    gate.resolve('done in time');
    expect(await resumed).toMatchObject({ status: 'completed', output: 'done in time' });
  });

  it('counts no time for a stage in which nobody was at work on its task', async () => {
    const workflow = {
      nodes: [
        { id: 'fork', type: 'transform' as const, output: 1 },
        { id: 'work', type: 'tool' as const, tool: 'work' },
        { id: 'beside', type: 'tool' as const, tool: 'beside' },
      ],
      edges: [
        { from: 'fork', to: 'work' },
        { from: 'fork', to: 'beside' },
      ],
    };
    const beside = Promise.withResolvers<string>();
    const hanging: TestTools = { work: (_, { signal }) => untilStopped(signal), beside: () => beside.promise };
    const first = await openProject({ workflow, tools: hanging }, { host: 'local' });
    const { clock, directory } = first;
    await first.engine.createTask({ input: 'go', id: 'task' });
    clock.advance(7_200_000);
    const running = first.engine.runTask('task').catch(() => undefined);
    await clock.until(() => first.calls.length === 2);
    clock.advance(400);
    beside.resolve('done');
    await clock.until(() => first.events.some(({ type, nodeId }) => type === 'stage.finished' && nodeId === 'beside'));
    clock.advance(100); // of which the journal knows nothing
    await first.engine.close();
    await running;
    clock.advance(3_600_000);
    const gate = Promise.withResolvers<string>();
    const { engine, calls, events } = await openDirectory(
      directory,
      { ...hanging, work: () => gate.promise },
      { host: 'local', clock },
    );
    const resumed = engine.resumeTask('task');
    await clock.until(() => calls.length === 1);
    clock.advance(700);
    gate.resolve('done');
    const { trace } = await resumed;
    expect(trace.map(({ node, idle_ms: idle }) => [node, idle])).toEqual([
      ['fork', undefined],
      ['work', 3_600_100],
      ['beside', undefined],
    ]);
    const durations = [...first.events, ...events].flatMap((event) =>
      event.type === 'stage.finished' ? [[event.nodeId, event.data.durationMs]] : [],
    );
    expect(durations).toEqual([
      ['fork', 0],
      ['beside', 400],
      ['work', 1_100],
    ]);
    await engine.close();
    const told = (await storedEvents(directory, 'task')).filter(({ type }) => type === 'stage.finished');
    expect(told).toEqual([...first.events, ...events].filter(({ type }) => type === 'stage.finished'));
  });

  it('shows agents what was said before, also when another process heard it', async () => {
    const whole = await openProject({ ...talking, tools: quick }, { host: 'memory' });
    await whole.engine.runOne('go');
    const hanging: TestTools = { wait: (_, { signal }) => untilStopped(signal) };
    const first = await openProject({ ...talking, tools: hanging }, { host: 'local' });
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 1);
    await first.engine.close();
    await running;
    const second = await openDirectory(first.directory, quick, { host: 'local', clock: first.clock });
    expect((await second.engine.resumeTask('task')).status).toBe('completed');
    const shown = [whole, second].map(({ events }) =>
      events.flatMap((event) => (event.type === 'context.assembled' ? [event.data.items] : [])),
    );
    expect(shown).toEqual([[2], [2]]);
  });

  it('is not hurt by being resumed in the turn in which it came to rest', async () => {
    const { engine, clock } = await openProject({ ...talking, tools: quick }, { host: 'memory' });
    let resumed: ReturnType<typeof engine.resumeTask> | undefined;
    engine.events$.subscribe(({ type, nodeId }) => {
      if (type === 'tool.called' && nodeId === 'wait' && resumed === undefined) void engine.pauseTask('task');
      if (type === 'task.paused') resumed ??= Promise.resolve().then(() => engine.resumeTask('task'));
    });
    await engine.runOne('go', { id: 'task' });
    await clock.settle();
    expect(await resumed).toMatchObject({ status: 'completed', output: 'done' });
  });

  it('is pending until it is run for the first time, and started only once', async () => {
    const first = await openProject({ ...talking, tools: quick }, { host: 'local' });
    const created = await first.engine.createTask({ input: 'go', id: 'task' });
    await first.engine.close();
    const { engine, events } = await openDirectory(first.directory, quick, { host: 'local' });
    const listed = engine.tasks({ status: ['pending'] }).map(({ id }) => id);
    await engine.runTask('task');
    const told = events.map(({ type }) => type).filter((type) => type.startsWith('task.'));
    expect([created.status, listed, told]).toEqual(['pending', ['task'], ['task.started', 'task.completed']]);
  });
});

describe('the mode of a task', () => {
  it('is refused when it is mistyped, so that a safe mode is not lost', async () => {
    const { engine, calls } = await openProject({ ...talking, tools: quick }, { host: 'memory' });
    await expect(engine.runOne('go', { mode: 'dry-run' })).rejects.toMatchObject({
      code: 'TASK_MODE_UNKNOWN',
      message: 'There is no mode "dry-run".',
      hint: 'Did you mean "dry_run"?',
    });
    expect(calls).toEqual([]);
  });
});

describe('an answer of a model', () => {
  it.each([
    ['refusal', 'agent.refused'],
    ['content_filter', 'provider.content_filter'],
    ['length', 'agent.no_answer'],
  ])('that ends by %s is a failure, whatever it says', async (finish, code) => {
    const replies = `replies: [{ agent: first, reply: "I cannot help with that.", finish: ${finish} }]`;
    const project = { ...talking, tools: quick, files: { 'replies.yaml': replies } };
    const { engine } = await openProject(project, { host: 'memory' });
    const result = await engine.runOne('go');
    expect([result.status, result.failures.map((failure) => failure.code)]).toEqual(['failed', [code]]);
  });

  it('that is null stays null', async () => {
    const project: TestProject = {
      ...talking,
      workflow: { nodes: [{ id: 'a', type: 'agent', agent: 'first' }] },
      agents: { first: { prompt: 'Speak.', output_schema: { type: ['null', 'string'] } } },
      memory: {},
      files: { 'replies.yaml': 'replies: [{ agent: first, reply: "null" }]' },
    };
    const { engine } = await openProject(project, { host: 'memory' });
    expect(await engine.runOne('go')).toMatchObject({ status: 'completed', output: null });
  });
});

describe('telemetry', () => {
  it('does not tell what models and programs said when they failed', async () => {
    const tools: TestTools = {
      wait: () => {
        throw new Error('no');
      },
    };
    const workflow = { nodes: [{ id: 'a', type: 'agent' as const, agent: 'first' }] };
    const agents = { first: { prompt: 'Speak.', output_schema: { type: 'object', required: ['name'] } } };
    const files = { 'replies.yaml': 'replies: [{ agent: first, reply: \'{ "secret": "PRIVATE" }\' }]' };
    const { engine, events } = await openProject(
      { ...talking, workflow, agents, memory: {}, tools, files },
      { host: 'memory' },
    );
    const result = await engine.runOne('go');
    expect(result.failures).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain('PRIVATE');
  });
});
