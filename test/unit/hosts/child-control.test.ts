import { describe, expect, it } from 'vitest';
import {
  openDirectory,
  openProject,
  untilStopped,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';
import { childFiles, childRequest, childTools, childWorkflow } from '../../support/child-project.ts';

const statuses = ({ engine }: OpenEngine): object =>
  Object.fromEntries(engine.tasks({ below: 'task' }).map(({ id, status }) => [id, status]));

/** Items of one stage each, one of which is at work until the test lets it go on. */
function mapOf(fields: object = {}): TestProject['workflow'] {
  return {
    nodes: [
      {
        id: 'each',
        type: 'map',
        items: '${{ input }}',
        node: { type: 'tool', tool: 'work' },
        max_parallel: 1,
        ...fields,
      },
    ],
  };
}

async function microtasks(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

const done = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ index, ok: true, output: 'w' }));

describe.each(['memory', 'local'] as const)('a pause on the host %s', (host) => {
  it('begins no further item, and goes on with those that are left', async () => {
    const gate = Promise.withResolvers<string>();
    const tools: TestTools = { work: () => gate.promise };
    const opened = await openProject({ workflow: mapOf(), tools }, { host });
    const { engine, clock, calls } = opened;
    const running = engine.runOne([1, 2, 3], { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('w');
    expect((await running).status).toBe('paused');
    await clock.settle();
    expect(calls).toHaveLength(1);
    expect(await engine.resumeTask('task')).toMatchObject({ status: 'completed', output: done(3) });
    expect(calls).toHaveLength(3);
  });

  it('begins no further iteration either', async () => {
    const gate = Promise.withResolvers<string>();
    const repeat = { id: 'again', type: 'repeat', max_iterations: 3, node: { type: 'tool', tool: 'work' } } as const;
    const opened = await openProject({ workflow: { nodes: [repeat] }, tools: { work: () => gate.promise } }, { host });
    const { engine, clock, calls } = opened;
    const running = engine.runOne(0, { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('w');
    expect([(await running).status, calls.length]).toEqual(['paused', 1]);
    expect(await engine.resumeTask('task')).toMatchObject({ status: 'completed', output: 'w' });
    expect(calls).toHaveLength(3);
  });

  it('that is taken back before it came to rest loses no item', async () => {
    const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const beside: TestProject['workflow'] = {
      nodes: [
        { id: 'start', type: 'transform', output: [1, 2] },
        { id: 'each', type: 'map', items: '${{ output }}', node: { type: 'tool', tool: 'work' }, max_parallel: 1 },
        { id: 'slow', type: 'tool', tool: 'slow' },
      ],
      edges: [
        { from: 'start', to: 'each' },
        { from: 'start', to: 'slow' },
      ],
    };
    const tools: TestTools = { work: () => gates[0]?.promise, slow: () => gates[1]?.promise };
    const { engine, clock, calls } = await openProject({ workflow: beside, tools }, { host });
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 2);
    void engine.pauseTask('task');
    gates[0]?.resolve('w');
    await clock.settle();
    expect(calls).toHaveLength(2);
    const resumed = engine.resumeTask('task');
    await clock.until(() => calls.length === 3);
    gates[1]?.resolve('slow');
    expect([await running, await resumed]).toMatchObject([
      { status: 'completed', output: { each: done(2), slow: 'slow' } },
      { status: 'completed' },
    ]);
  });

  it.each(['one', 'two'])('reaches what begins between the order and the moment it is taken: %s', async (body) => {
    const gate = Promise.withResolvers<number[]>();
    const workflow: TestProject['workflow'] = {
      nodes: [
        { id: 'list', type: 'tool', tool: 'list' },
        { id: 'each', type: 'map', items: '${{ output }}', workflow: `${body}.json`, max_parallel: 1 },
      ],
      edges: [{ from: 'list', to: 'each' }],
    };
    const two = {
      nodes: [
        { id: 'work', type: 'tool', tool: 'work' },
        { id: 'more', type: 'tool', tool: 'work' },
      ],
      edges: [{ from: 'work', to: 'more' }],
    };
    const one = { nodes: two.nodes.slice(0, 1) };
    const files = {
      'one.json': JSON.stringify({ workflow: { id: 'one', ...one } }),
      'two.json': JSON.stringify({ workflow: { id: 'two', ...two } }),
    };
    const tools: TestTools = { list: () => gate.promise, work: () => 'w' };
    const { engine, clock, calls } = await openProject({ workflow, files, tools }, { host });
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    gate.resolve([1, 2, 3]);
    await microtasks(50); // the result is there, and its turn has not come
    void engine.pauseTask('task');
    expect([(await running).status, calls]).toEqual(['paused', ['list']]);
    expect(await engine.resumeTask('task')).toMatchObject({ status: 'completed', output: done(3) });
  });

  it.each([
    ['repeat', { id: 'each', type: 'repeat', max_iterations: 4, node: { type: 'tool', tool: 'work' } }],
    ['map', { id: 'each', type: 'map', items: '${{ input }}', max_parallel: 1, node: { type: 'tool', tool: 'work' } }],
  ] as const)(
    'is not lost whatever was told when it was ordered, by a tool that answers at once: %s',
    async (_, node) => {
      const workflow = { nodes: [node, { id: 'after', type: 'tool', tool: 'after' } as const] };
      const edges = [{ from: 'each', to: 'after' }];
      const seen: object[] = [];
      for (let at = 1, told = at; told >= at; at += 3) {
        const tools: TestTools = { work: () => 'w', after: () => 'done' };
        const { engine, calls } = await openProject({ workflow: { ...workflow, edges }, tools }, { host });
        let callsBefore = -1;
        told = 0;
        const subscription = engine.events$.subscribe(() => {
          told += 1;
          if (told !== at) return;
          callsBefore = calls.length;
          if (engine.tasks({ status: ['running'] }).length > 0) void engine.pauseTask('task');
          else callsBefore = -1;
        });
        const { status } = await engine.runOne([1, 2, 3, 4], { id: 'task' });
        subscription.unsubscribe();
        // A stage that was told to start is let end.
        if (callsBefore !== -1 && callsBefore < 4) seen.push({ status, isHeld: calls.length <= callsBefore + 1 });
        if (status === 'paused') await engine.resumeTask('task');
        expect(calls).toEqual(['work', 'work', 'work', 'work', 'after']);
        await engine.close();
      }
      expect(seen.length).toBeGreaterThan(9);
      expect(seen).toEqual(seen.map(() => ({ status: 'paused', isHeld: true })));
    },
  );

  it('reaches children of children', async () => {
    const gate = Promise.withResolvers<string>();
    const inner = { type: 'map', items: '${{ item }}', node: { type: 'tool', tool: 'work' }, max_parallel: 1 };
    const tools: TestTools = { work: () => gate.promise };
    const { engine, clock, calls } = await openProject({ workflow: mapOf({ node: inner }), tools }, { host });
    const running = engine.runOne([[1, 2], [3]], { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('w');
    expect([(await running).status, calls.length]).toEqual(['paused', 1]);
    expect(await engine.resumeTask('task')).toMatchObject({
      status: 'completed',
      output: [
        { index: 0, output: done(2) },
        { index: 1, output: done(1) },
      ],
    });
  });
});

describe('a task with children', () => {
  it('that was paused goes on in another process, with what it has', async () => {
    const gate = Promise.withResolvers<string>();
    const body = {
      nodes: [
        { id: 'work', type: 'tool', tool: 'work' },
        { id: 'more', type: 'tool', tool: 'more' },
      ],
      edges: [{ from: 'work', to: 'more' }],
    };
    const workflow = mapOf({ node: undefined, body, max_parallel: 2 });
    const tools: TestTools = { work: () => gate.promise, more: () => 'w' };
    const first = await openProject({ workflow, tools }, { host: 'local' });
    const running = first.engine.runOne([1, 2, 3], { id: 'task' });
    await first.clock.until(() => first.calls.length === 2);
    void first.engine.pauseTask('task');
    gate.resolve('w');
    expect((await running).status).toBe('paused');
    expect(statuses(first)).toEqual({ 'task/each.0': 'paused', 'task/each.1': 'paused' });
    await first.engine.close();
    const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
    expect(await second.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: done(3) });
    expect([first.calls, second.calls.toSorted()]).toEqual([
      ['work', 'work'],
      ['more', 'more', 'more', 'work'],
    ]);
  });

  it.each([{}, { on_item_failure: 'continue' }])(
    'is cancelled with all of them, tools at work included: %j',
    async (fields) => {
      const signals: AbortSignal[] = [];
      const tools: TestTools = {
        work: (_, { signal }) => {
          signals.push(signal);
          return untilStopped(signal);
        },
      };
      const opened = await openProject({ workflow: mapOf({ max_parallel: 2, ...fields }), tools }, { host: 'local' });
      const running = opened.engine.runOne([1, 2, 3, 4], { id: 'task' });
      await opened.clock.until(() => signals.length === 2);
      expect((await opened.engine.cancelTask('task')).status).toBe('cancelled');
      expect((await running).status).toBe('cancelled');
      await opened.clock.settle();
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
      expect(statuses(opened)).toEqual({ 'task/each.0': 'cancelled', 'task/each.1': 'cancelled' });
    },
  );

  it.each([{}, { on_item_failure: 'continue' }])('goes on after the engine was closed: %j', async (fields) => {
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const workflow = mapOf({ max_parallel: 2, ...fields });
    const first = await openProject({ workflow, tools }, { host: 'local' });
    const running = first.engine.runOne([1, 2, 3], { id: 'task' }).catch((error: unknown) => error);
    await first.clock.until(() => first.calls.length === 2);
    await first.engine.close();
    expect(await running).toMatchObject({ code: 'ENGINE_CLOSED' });
    const quick: TestTools = { work: () => 'w' };
    const second = await openDirectory(first.directory, quick, { host: 'local', clock: first.clock });
    expect(statuses(second)).toEqual({ 'task/each.0': 'running', 'task/each.1': 'running' });
    expect(await second.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: done(3) });
    expect([first.calls, second.calls]).toEqual([
      ['work', 'work'],
      ['work', 'work', 'work'],
    ]);
  });

  it('is not cancelled in part when the engine is closed at any moment of a resume', async () => {
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const first = await openProject({ workflow: mapOf({ max_parallel: 2 }), tools }, { host: 'local' });
    const running = first.engine.runOne([1, 2], { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 2);
    await first.engine.close();
    await running;
    const seen: object[] = [];
    for (let turns = 0; turns < 40; turns += 1) {
      const next = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
      seen.push(statuses(next));
      const resumed = next.engine.resumeTask('task').catch(() => undefined);
      await microtasks(turns);
      await next.engine.close();
      await resumed;
    }
    expect(seen).toEqual(seen.map(() => ({ 'task/each.0': 'running', 'task/each.1': 'running' })));
  });

  it('is one task for other processes: its children are busy with it', async () => {
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const first = await openProject({ workflow: mapOf(), tools }, { host: 'local' });
    const running = first.engine.runOne([1], { id: 'task' });
    await first.clock.until(() => first.calls.length === 1);
    const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
    const busy = { code: 'TASK_BUSY', message: 'Another process is at work on task "task".' };
    for (const id of ['task', 'task/each.0']) {
      await expect(second.engine.runTask(id)).rejects.toMatchObject(busy);
      await expect(second.engine.resumeTask(id)).rejects.toMatchObject(busy);
    }
    const cancelled = await first.clock.outcomeOf(second.engine.cancelTask('task/each.0'));
    expect(cancelled).toMatchObject({ taskId: 'task/each.0', status: 'cancelled' });
    expect((await running).status).toBe('failed');
    expect(second.engine.tasks({ below: 'task' }).map((task) => [task.status, task.at_work])).toEqual([
      ['cancelled', false],
    ]);
  });

  it('takes a child that was run by itself for what it came to', async () => {
    const { tools } = childTools();
    const stuck: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const first = await openProject({ workflow: childWorkflow, files: childFiles, tools: stuck }, { host: 'local' });
    const running = first.engine.runOne(childRequest, { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 2);
    await first.engine.close();
    await running;
    const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
    const child = await second.clock.outcomeOf(second.engine.runTask('task/each.0'));
    expect(child).toMatchObject({ taskId: 'task/each.0', status: 'completed', output: 'A/0' });
    expect((await second.clock.outcomeOf(second.engine.resumeTask('task'))).output).toEqual([
      'LAST',
      ['ROUND 2', ['A/0', 'B/1', 'C/2']],
    ]);
  });
});
