import { describe, expect, it } from 'vitest';
import { openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { askAboutItem, askingMap, nestedFiles } from '../../support/asking-project.ts';

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
