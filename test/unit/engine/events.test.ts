import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTelemetry } from '../../../src/engine/telemetry.ts';
import { EngineEvent } from '../../../src/index.ts';
import { createEventStream } from '../../../src/services/index.ts';
import { openProject, type TestProject } from '../../support/engine-fixture.ts';
import { creationOf, plainHost } from '../../support/plain-host.ts';

/** An agent, a decision, a retry, and a failure that an edge takes. */
const busyProject: TestProject = {
  engine: {
    models: { told: { provider: 'scripted', script: 'replies.yaml' } },
    defaults: { model: 'told' },
  },
  agents: { writer: { prompt: 'Write.', context_profile: 'all', output_schema: { type: 'object' } } },
  memory: {
    memory: { task_store: { type: 'in_memory' } },
    context_profiles: { all: { max_tokens: 500, sources: ['task_store'] } },
  },
  files: { 'replies.yaml': 'replies: [{ reply: { text: hello } }]' },
  workflow: {
    nodes: [
      { id: 'write', type: 'agent', agent: 'writer' },
      { id: 'flaky', type: 'tool', tool: 'flaky', retries: 1 },
      { id: 'judge', type: 'decision' },
      { id: 'publish', type: 'tool', tool: 'broken' },
      { id: 'drop', type: 'transform', output: 'dropped' },
      { id: 'drop_too', type: 'transform', output: 'dropped' },
      { id: 'rescue', type: 'transform', output: 'rescued' },
    ],
    edges: [
      { from: 'write', to: 'flaky' },
      { from: 'flaky', to: 'judge' },
      { from: 'judge', to: 'publish', when: 'output == 2' },
      { from: 'judge', to: 'drop', when: 'output == 3' },
      { from: 'judge', to: 'drop_too' },
      { from: 'publish', to: 'rescue', type: 'fallback' },
    ],
  },
  tools: {
    flaky: (_, { attempt }) => {
      if (attempt === 1) throw new Error('Not yet');
      return attempt;
    },
    broken: () => {
      throw new Error('Broken');
    },
  },
};

const typesOfABusyRun = [
  'task.created',
  'routing.decided',
  'task.started',
  'checkpoint.written',
  'stage.started write',
  'agent.called write',
  'memory.read write',
  'context.assembled write',
  'llm.requested write',
  'llm.chunk write',
  'llm.responded write',
  'json.validated write',
  'memory.written write',
  'agent.answered write',
  'stage.finished write',
  'edge.taken',
  'checkpoint.written',
  'stage.started flaky',
  'tool.called flaky',
  'tool.failed flaky',
  'checkpoint.written',
  'stage.retrying flaky',
  'checkpoint.written',
  'stage.started flaky',
  'tool.called flaky',
  'tool.finished flaky',
  'memory.written flaky',
  'stage.finished flaky',
  'edge.taken',
  'checkpoint.written',
  'stage.started judge',
  'stage.finished judge',
  'stage.skipped drop',
  'stage.skipped drop_too',
  'routing.decided judge',
  'edge.taken',
  'checkpoint.written',
  'stage.started publish',
  'tool.called publish',
  'tool.failed publish',
  'stage.failed publish',
  'routing.decided publish',
  'edge.taken',
  'checkpoint.written',
  'stage.started rescue',
  'stage.finished rescue',
  'checkpoint.written',
  'task.completed',
];

function named(events: readonly EngineEvent[]): string[] {
  return events.map(({ type, stageId }) => (stageId === undefined ? type : `${type} ${stageId}`));
}

describe.each(['memory', 'local'] as const)('the events of a run on the %s host', (host) => {
  it('tell all that happened, in order', async () => {
    const { engine, clock, events } = await openProject(busyProject, { host });
    const result = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    expect([result.status, result.output]).toEqual(['completed', 'rescued']);
    expect(named(events)).toEqual(typesOfABusyRun);
  });

  it('fit their schema, and each has a later place than the one before', async () => {
    const { engine, clock, events } = await openProject(busyProject, { host });
    await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    expect(events.flatMap((event) => EngineEvent.safeParse(event).error?.issues ?? [])).toEqual([]);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    const places = events.map(({ seq }) => seq);
    expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other));
    expect(events.slice(0, 6).map(({ type, seq }) => [type, seq])).toEqual([
      ['task.created', 1],
      ['routing.decided', 2],
      ['task.started', 1_000_001],
      ['checkpoint.written', 1_000_002],
      ['stage.started', 1_000_003],
      ['agent.called', 1_000_004],
    ]);
    expect(events.map(({ id, taskId, pipelineId }) => [id, taskId, pipelineId])).toEqual(
      places.map((seq) => [`task/${seq}`, 'task', 'main']),
    );
  });

  it('tell of a pause, of going on and of the end', async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls, events } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'first', type: 'tool', tool: 'first' },
            { id: 'second', type: 'tool', tool: 'second' },
          ],
          edges: [{ from: 'first', to: 'second' }],
        },
        tools: { first: () => gate.promise, second: () => Promise.withResolvers<string>().promise },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('done');
    await running;
    const resumed = engine.resumeTask('task');
    await clock.until(() => calls.length === 2);
    void engine.cancelTask('task');
    await resumed;
    expect(named(events).filter((name) => name.startsWith('task.') || name.startsWith('stage.'))).toEqual([
      'task.created',
      'task.started',
      'stage.started first',
      'task.paused',
      'stage.finished first',
      'stage.started second',
      'task.resumed',
      'stage.cancelled second',
      'task.cancelled',
    ]);
  });
});

describe('telemetry', () => {
  it('goes on without a log that cannot be written, and says so', async () => {
    const { engine, clock, events, directory } = await openProject(
      { ...busyProject, plugins: [{ name: 'log', type: 'telemetry.logger', config: { path: './blocked' } }] },
      { host: 'memory' },
    );
    mkdirSync(path.join(directory, 'blocked'));
    const result = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    await engine.close();
    expect([result.status, named(events).filter((name) => name !== 'sink.failed')]).toEqual([
      'completed',
      typesOfABusyRun,
    ]);
    const lost = events.flatMap((event) => (event.type === 'sink.failed' ? [event.data] : []));
    const sink = `jsonl ${path.join(directory, 'blocked')}`;
    const openError = `EISDIR: illegal operation on a directory, open '${path.join(directory, 'blocked')}'`;
    expect(lost).toEqual([
      { sink, problem: `"${path.join(directory, 'blocked')}" cannot be written: ${openError}` },
      { sink, problem: 'It did not take all events.', dropped: typesOfABusyRun.length },
    ]);
  });

  it('reaches a log line by line', async () => {
    const { engine, clock, events, directory } = await openProject(
      { ...busyProject, plugins: [{ name: 'log', type: 'telemetry.logger', config: { path: './logs/events.jsonl' } }] },
      { host: 'local' },
    );
    await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    await engine.close();
    const lines = readFileSync(path.join(directory, 'logs/events.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(events.map((event) => JSON.stringify(event)));
  });

  it('is not even built when nobody listens', async () => {
    const stream = createEventStream();
    const telemetry = createTelemetry(stream, () => 0);
    const { engine } = await openProject(
      { workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] } },
      { host: 'memory' },
    );
    const told: EngineEvent['type'][] = [];
    const host = plainHost(engine, {
      runStage: () => ({ ok: true, output: 1 }),
      listener: { isListening: () => telemetry.isListening(), tell: (_, { type }) => told.push(type) },
    });
    const task = host.create(creationOf('unheard'));
    telemetry.tell(task, { type: 'task.started', data: {} });
    expect((await host.run('unheard')).output).toBe(1);
    expect([told, task.told]).toEqual([[], { step: 0, count: 0 }]);
    stream.events$.subscribe();
    host.create(creationOf('heard'));
    await host.run('heard');
    expect(told).toEqual([
      'task.started',
      'checkpoint.written',
      'stage.started',
      'stage.finished',
      'checkpoint.written',
      'task.completed',
    ]);
  });
});
