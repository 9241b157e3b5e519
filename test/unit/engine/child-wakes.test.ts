import { describe, expect, it } from 'vitest';
import {
  openProject,
  untilStopped,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';
import { askAboutItem, askingMap, nestedFiles } from '../../support/asking-project.ts';
import { openLocal, withWrites } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';

type Node = TestProject['workflow']['nodes'][number];

const placesIn = ({ engine }: OpenEngine): string[] =>
  engine.questions('task').map(({ task, stage }) => `${task} ${stage}`);

describe.each(['memory', 'local'] as const)('questions of child tasks below a task at work on the host %s', (host) => {
  it('are acted on while another item is at work, one after the other', async () => {
    const gate = Promise.withResolvers<string>();
    const body = {
      nodes: [
        { id: 'which', type: 'decision' },
        { id: 'ask', type: 'feedback' },
        { id: 'again', type: 'feedback' },
        { id: 'after', type: 'tool', tool: 'after' },
        { id: 'work', type: 'tool', tool: 'work' },
      ],
      edges: [
        { from: 'which', to: 'ask', when: 'item == "ask"' },
        { from: 'which', to: 'work', when: 'item == "work"' },
        { from: 'ask', to: 'again' },
        { from: 'again', to: 'after' },
      ],
    };
    const tools = { work: () => gate.promise, after: () => 'after' };
    const workflow = { nodes: [{ id: 'each', type: 'map' as const, items: '${{ input }}', body }] };
    const opened = await openProject({ workflow, tools }, { host });
    const { engine, clock, calls } = opened;
    const running = engine.runOne(['ask', 'work'], { id: 'task' });
    await clock.settle();
    for (const stage of ['ask', 'again']) {
      expect(placesIn(opened)).toEqual([`task/each.0 ${stage}`]);
      void engine.answer('task', 'yes');
      await clock.settle();
    }
    expect([calls, placesIn(opened)]).toEqual([['work', 'after'], []]);
    gate.resolve('worked');
    expect(await running).toMatchObject({ status: 'completed', output: [{ output: 'after' }, { output: 'worked' }] });
  });

  it.each<[string, Node]>([
    ['a workflow', { id: 'call', type: 'workflow', workflow: 'outer.json' }],
    ['an item', { id: 'call', type: 'map', items: [1], workflow: 'outer.json' }],
    ['an iteration', { id: 'call', type: 'repeat', max_iterations: 1, workflow: 'outer.json' }],
  ])('of %s take their default in time while another branch is at work', async (_, call) => {
    const gate = Promise.withResolvers<string>();
    const ask = { id: 'ask', type: 'feedback', timeout: '1m', default: 'reject' };
    const files = {
      ...nestedFiles,
      'inner.json': JSON.stringify({
        workflow: {
          id: 'inner',
          nodes: [ask, { id: 'after', type: 'tool', tool: 'after' }],
          edges: [{ from: 'ask', to: 'after' }],
        },
      }),
    };
    const workflow: TestProject['workflow'] = {
      nodes: [{ id: 'start', type: 'transform', output: 1 }, call, { id: 'work', type: 'tool', tool: 'work' }],
      edges: [
        { from: 'start', to: 'call' },
        { from: 'start', to: 'work' },
      ],
    };
    const tools = { work: () => gate.promise, after: () => 'after' };
    const opened = await openProject({ workflow, files, tools }, { host });
    const { engine, clock, calls } = opened;
    const running = engine.runOne('go', { id: 'task' });
    await clock.settle();
    clock.advance(59_999);
    await clock.settle();
    expect([calls, placesIn(opened).length]).toEqual([['work'], 1]);
    for (const delay of [1, 0]) {
      clock.advance(delay);
      await clock.settle();
    }
    expect([calls, placesIn(opened)]).toEqual([['work', 'after'], []]);
    gate.resolve('worked');
    expect(await running).toMatchObject({ status: 'completed', output: { work: 'worked' } });
    expect(clock.waits()).toEqual([]);
  });

  it('keep no timer once the task rests', async () => {
    const item = { ...askAboutItem, timeout: '1h' };
    const { engine, clock } = await openProject({ workflow: askingMap({ node: item }) }, { host });
    await engine.runOne(['a', 'b'], { id: 'task' });
    expect(clock.waits()).toEqual([]);
  });
});

/** A question beside a tool that works until it is stopped or let go on. */
const beside = (fields: object): TestProject['workflow'] => ({
  nodes: [
    { id: 'start', type: 'transform', output: 1 },
    { id: 'ask', type: 'feedback', ...fields },
    { id: 'work', type: 'tool', tool: 'work' },
  ],
  edges: [
    { from: 'start', to: 'ask' },
    { from: 'start', to: 'work' },
  ],
});

const answersTold = ({ events }: OpenEngine): object[] =>
  events.flatMap(({ type, data }) => (type === 'feedback.received' ? [data] : []));

describe.each(['memory', 'local'] as const)('an answer to a task at work on the host %s', (host) => {
  it('comes too late once its time is up, though the deadline has not been acted on yet', async () => {
    const gate = Promise.withResolvers<string>();
    const workflow = beside({ timeout: '1s', default: 'reject' });
    const opened = await openProject({ workflow, tools: { work: () => gate.promise } }, { host });
    const { engine, clock } = opened;
    const running = engine.runOne('go', { id: 'task' });
    await clock.settle();
    clock.advance(1_000);
    await expect(engine.answer('task', 'approve')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    gate.resolve('worked');
    expect(await running).toMatchObject({ output: { ask: { action: 'reject' }, work: 'worked' } });
    expect(answersTold(opened)).toEqual([]);
  });

  it('is written before an order to cancel that was given in the same turn', async () => {
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const opened = await openProject({ workflow: beside({}), tools }, { host });
    const { engine, clock } = opened;
    const running = engine.runOne('go', { id: 'task' });
    await clock.settle();
    const cancelled = engine.cancelTask('task');
    void engine.answer('task', 'approve');
    await cancelled;
    const { status, trace } = await running;
    expect([status, trace.find(({ node }) => node === 'ask')]).toMatchObject(['cancelled', { status: 'done' }]);
    expect(answersTold(opened)).toEqual([{ action: 'approve' }]);
  });

  it('can be given by who hears of the question', async () => {
    const opened = await openProject({ workflow: beside({}), tools: { work: () => 'worked' } }, { host });
    const { engine } = opened;
    engine.events$.subscribe(({ type }) => {
      if (type === 'feedback.requested') void engine.answer('task', 'approve');
    });
    expect(await engine.runOne('go', { id: 'task' })).toMatchObject({
      status: 'completed',
      output: { ask: { action: 'approve' }, work: 'worked' },
    });
  });
});

describe('an answer that cannot be written', () => {
  it('is told to nobody, and stops the task as it was', async () => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow: beside({}), tools: { work: { type: 'registered' } } });
    const clock = createSimulatedClock();
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const engine = await openLocal(directory, {
      tools,
      clock,
      wrapStore: (store) =>
        withWrites(store, (commits, write) => {
          if (commits.some(({ entry }) => entry.text.includes('approve'))) throw new Error('The disk is full.');
          write();
        }),
    });
    const running = engine.tasks.runOne('go', { id: 'task' }).catch((error: unknown) => error);
    await clock.until(() => engine.calls.length === 1);
    await expect(engine.tasks.answer('task', 'approve')).rejects.toThrow('The disk is full.');
    expect(await running).toMatchObject({ message: 'The disk is full.' });
    expect(engine.events.filter(({ type }) => type === 'feedback.received')).toEqual([]);
    expect(engine.tasks.questions('task')).toHaveLength(1);
  });
});

describe('an answer to one of many items', () => {
  it('writes nothing for those that go on waiting', async () => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow: askingMap() });
    const clock = createSimulatedClock();
    const engine = await openLocal(directory, { tools: {}, clock });
    await engine.tasks.runOne(['a', 'b', 'c', 'd'], { id: 'task' });
    const before = engine.commits.length;
    expect((await engine.tasks.answer('task/each.2', 1)).status).toBe('waiting');
    const written = engine.commits.slice(before).map(({ task, entry }) => `${task.id} ${entry.text.slice(0, 17)}`);
    expect(written).toEqual(['task/each.2 {"kind":"result",', 'task {"kind":"control"', 'task {"kind":"waits","']);
  });
});

describe('a child task at rest', () => {
  it('is cancelled when the time of its stage is up, also where that takes over for another one', async () => {
    const gate = Promise.withResolvers<string>();
    const workflow: TestProject['workflow'] = {
      nodes: [
        { id: 'start', type: 'transform', output: 1 },
        { id: 'one', type: 'transform', output: '${{ input.none }}' },
        { id: 'rescue', type: 'map', items: ['a'], timeout: '1s', node: { type: 'feedback' } },
        { id: 'wait', type: 'tool', tool: 'work' },
      ],
      edges: [
        { from: 'start', to: 'one' },
        { from: 'start', to: 'wait' },
      ],
    };
    const pipelines = { fallbacks: [{ stage: 'one', to: 'rescue' }] };
    const { engine, clock } = await openProject(
      { workflow, pipelines, tools: { work: () => gate.promise } },
      { host: 'local' },
    );
    const running = engine.runOne({}, { id: 'task' });
    await clock.settle();
    const below = () => engine.tasks({ below: 'task' }).map(({ id, status }) => [id, status]);
    expect(below()).toEqual([['task/rescue~~one.0', 'waiting']]);
    clock.advance(1_000);
    await clock.settle();
    expect(below()).toEqual([['task/rescue~~one.0', 'cancelled']]);
    gate.resolve('worked');
    expect(await running).toMatchObject({ status: 'failed' });
  });
});
