import { describe, expect, it } from 'vitest';
import { argument, openProject, untilStopped } from '../../support/engine-fixture.ts';
import { done, openMap, pick, picking, type MapNode } from '../../support/map-project.ts';

describe.each(['memory', 'local'] as const)('a map on the host %s', (host) => {
  it('gives one result for each item, in the order of the list, whichever is done first', async () => {
    const gates = new Map(['a', 'b', 'c'].map((name) => [name, Promise.withResolvers<string>()] as const));
    const { engine, clock, calls } = await openMap({
      host,
      node: { node: { type: 'tool', tool: 'wait', arguments: { name: '${{ item }}' } } },
      tools: { wait: (arguments_) => gates.get(String(argument(arguments_, 'name')))?.promise },
    });
    const running = engine.runOne(['a', 'b', 'c'], { id: 'task' });
    await clock.until(() => calls.length === 3);
    for (const name of ['c', 'a', 'b']) {
      gates.get(name)?.resolve(`${name}!`);
      await clock.settle();
    }
    expect(await running).toMatchObject({ status: 'completed', output: done('a!', 'b!', 'c!') });
  });

  it('stops the other items when one fails, and says which one it was', async () => {
    const stopped: string[] = [];
    const { engine, events } = await openMap({
      host,
      node: { node: { type: 'tool', tool: 'work', arguments: { name: '${{ item }}' } }, max_parallel: 3 },
      tools: {
        async work(arguments_, { signal }) {
          const name = String(argument(arguments_, 'name'));
          if (name === 'bad') throw new Error('No.');
          try {
            return await untilStopped(signal);
          } finally {
            stopped.push(name);
          }
        },
      },
    });
    const result = await engine.runOne(['a', 'bad', 'c', 'd'], { id: 'task' });
    expect([result.status, stopped]).toEqual(['failed', ['a', 'c']]);
    expect(result.failures).toMatchObject([
      {
        code: 'tool.failed',
        category: 'tool',
        stage: 'each',
        message: 'The item at index 1 of "each" failed: Tool "work" failed: No.',
        details: { index: 1, stage: 'item' },
      },
    ]);
    const ends = events.flatMap(({ type, taskId }) => (/^task\.(?:c|f)/u.test(type) ? [`${taskId} ${type}`] : []));
    expect(ends.filter((end) => !end.endsWith('created')).toSorted()).toEqual([
      'task task.failed',
      'task/each.0 task.cancelled',
      'task/each.1 task.failed',
      'task/each.2 task.cancelled',
    ]);
  });

  it('begins no further item once it is stopped, and its next attempt begins anew', async () => {
    const items = ['a', 'b', 'c', 'd'];
    const { engine, clock, events, calls } = await openMap({
      host,
      node: {
        node: { type: 'tool', tool: 'slow', arguments: { name: '${{ item }}' } },
        on_item_failure: 'continue',
        max_parallel: 1,
        timeout: '10s',
        retries: 1,
        backoff: '1s',
      },
      tools: {
        slow: (arguments_, { attempt, signal }) =>
          attempt === 1 ? untilStopped(signal) : argument(arguments_, 'name'),
      },
    });
    const result = await clock.outcomeOf(engine.runOne(items, { id: 'task' }));
    expect([result.status, result.output, calls.length]).toEqual(['completed', done(...items), 5]);
    const created = events.flatMap(({ type, taskId }) => (type === 'task.created' ? [taskId] : []));
    expect(created).toEqual(['task', 'task/each.0', ...items.map((_, index) => `task/each~2.${index}`)]);
  });

  it('keeps no item at work when its time is up', async () => {
    const signals: AbortSignal[] = [];
    const { engine, clock, events } = await openMap({
      host,
      node: { node: { type: 'tool', tool: 'slow' }, timeout: '5s' },
      tools: {
        slow: (_, { signal }) => {
          signals.push(signal);
          return untilStopped(signal);
        },
      },
    });
    const result = await clock.outcomeOf(engine.runOne([1, 2], { id: 'task' }));
    expect(result.failures.map(({ code, stage }) => [code, stage])).toEqual([['timeout.attempt', 'each']]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    await clock.settle();
    expect(events.flatMap(({ type, taskId }) => (type === 'task.cancelled' ? [taskId] : []))).toEqual([
      'task/each.0',
      'task/each.1',
    ]);
  });

  it('is partial when items failed and it goes on', async () => {
    const node = { node: picking, on_item_failure: 'continue' } as const;
    const { engine } = await openMap({ host, node, tools: { pick } });
    const { status, output, failures } = await engine.runOne(['a', 'bad', 'c']);
    expect([status, failures]).toEqual(['partial', []]);
    expect(output).toMatchObject([
      { index: 0, ok: true, output: 'A' },
      {
        index: 1,
        ok: false,
        failure: {
          code: 'tool.failed',
          message: 'The item at index 1 of "each" failed: Tool "pick" failed: "bad" is bad.',
          details: { stage: 'item' },
        },
      },
      { index: 2, ok: true, output: 'C' },
    ]);
  });
});

describe('the request of an item', () => {
  it('is the item, unless the map says otherwise', async () => {
    const node = { node: { type: 'transform', output: ['${{ input }}', '${{ item }}', '${{ index }}'] } };
    const plain = await openMap({ node });
    expect((await plain.engine.runOne(['x', { y: 1 }])).output).toEqual(done(['x', 'x', 0], [{ y: 1 }, { y: 1 }, 1]));
    const input = { of: '${{ item }}', at: '${{ index + 10 }}', all: '${{ size(input) }}' };
    const mapped = await openMap({ node: { ...node, input } });
    expect((await mapped.engine.runOne(['x', 'y'])).output).toEqual(
      done([{ of: 'x', at: 10, all: 2 }, 'x', 0], [{ of: 'y', at: 11, all: 2 }, 'y', 1]),
    );
  });

  it('fails its item alone when it cannot be made', async () => {
    const node = {
      input: '${{ item.name }}',
      node: { type: 'transform', output: '${{ input }}' },
      on_item_failure: 'continue',
    } as const;
    const { engine, events } = await openMap({ node });
    const result = await engine.runOne([{ name: 'a' }, {}, { name: 'c' }], { id: 'task' });
    expect([result.status, result.output]).toMatchObject([
      'partial',
      [
        { index: 0, ok: true, output: 'a' },
        { index: 1, ok: false, failure: { code: 'config.expression' } },
        { index: 2, ok: true, output: 'c' },
      ],
    ]);
    const created = events.flatMap(({ type, taskId }) => (type === 'task.created' ? [taskId] : []));
    expect(created).toEqual(['task', 'task/each.0', 'task/each.2']);
  });

  it('fails the map when it cannot be made and no item may fail', async () => {
    const node = { input: '${{ item.name }}', node: { type: 'transform', output: '${{ input }}' } } as const;
    const { engine } = await openMap({ node });
    const { status, failures } = await engine.runOne([{ name: 'a' }, {}]);
    expect([status, failures]).toMatchObject([
      'failed',
      [{ code: 'config.expression', stage: 'each', details: { index: 1 } }],
    ]);
  });
});

describe('the body of a map', () => {
  const shout = [
    { id: 'shout', type: 'transform', output: '${{ item + "!" }}' },
    { id: 'number', type: 'transform', output: '${{ output + string(index) }}' },
  ] as const;
  const edges = [{ from: 'shout', to: 'number' }];

  it('is one node, nodes in place, or a workflow file', async () => {
    const written: readonly MapNode[] = [
      {
        id: 'each',
        type: 'map',
        items: ['a'],
        node: { type: 'transform', output: '${{ item + "!" + string(index) }}' },
      },
      { id: 'each', type: 'map', items: ['a'], body: { nodes: [...shout], edges } },
      { id: 'each', type: 'map', items: ['a'], workflow: 'flows/shout.yaml' },
    ];
    const text = JSON.stringify({
      workflow: {
        id: 'shout',
        nodes: [
          { id: 'shout', type: 'transform', output: '${{ input + "!" }}' },
          { id: 'number', type: 'transform', output: '${{ output + "0" }}' },
        ],
        edges,
      },
    });
    const outputs: unknown[] = [];
    for (const node of written) {
      const files = { 'flows/shout.yaml': text };
      const { engine } = await openProject({ workflow: { nodes: [node] }, files }, { host: 'memory' });
      outputs.push((await engine.runOne('go')).output);
    }
    expect(outputs).toEqual([done('a!0'), done('a!0'), done('a!0')]);
  });

  it('holds another map, whose items it sees instead', async () => {
    const inner = {
      type: 'map',
      items: '${{ item }}',
      input: '${{ string(index) + ":" + item }}',
      node: { type: 'transform', output: '${{ input }}' },
    } as const;
    const { engine, events } = await openMap({ node: { node: inner } });
    const result = await engine.runOne([['a', 'b'], [], ['c']], { id: 'task' });
    expect(result.output).toEqual(done(done('0:a', '1:b'), done(), done('0:c')));
    const created = events.flatMap(({ type, taskId }) => (type === 'task.created' ? [taskId] : []));
    expect(created.toSorted()).toEqual([
      'task',
      'task/each.0',
      'task/each.0/item.0',
      'task/each.0/item.1',
      'task/each.1',
      'task/each.2',
      'task/each.2/item.0',
    ]);
  });

  it('is partial as a whole when an item of an inner map failed and was tolerated', async () => {
    const inner = { type: 'map', items: '${{ item }}', node: picking, on_item_failure: 'continue' } as const;
    const { engine } = await openMap({ node: { node: inner }, tools: { pick } });
    const { status, output } = await engine.runOne([['a'], ['bad']]);
    expect([status, output]).toMatchObject(['partial', [{ ok: true }, { ok: true, output: [{ ok: false }] }]]);
  });

  it('may be a map inside a workflow file', async () => {
    const text = JSON.stringify({
      workflow: {
        id: 'inner',
        nodes: [
          { id: 'all', type: 'map', items: '${{ input }}', node: { type: 'transform', output: '${{ item * 2 }}' } },
        ],
      },
    });
    const { engine } = await openProject(
      {
        workflow: { nodes: [{ id: 'call', type: 'workflow', workflow: 'inner.yaml' }] },
        files: { 'inner.yaml': text },
      },
      { host: 'memory' },
    );
    expect((await engine.runOne([1, 2])).output).toEqual(done(2, 4));
  });

  it('runs tools in the mode of the task, so that a dry run stays dry', async () => {
    const { engine, calls, events } = await openMap({ node: { node: picking }, tools: { pick } });
    for (const mode of ['dry_run', 'analysis_only']) {
      const { output } = await engine.runOne(['a'], { mode });
      expect(output).toMatchObject([{ ok: true, output: { not_run: mode } }]);
    }
    expect([calls, events.filter(({ type }) => type === 'task.created')]).toMatchObject([[], { length: 4 }]);
  });
});
