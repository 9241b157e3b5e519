import { expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/index.ts';
import { openProject, type HostKind, type TestProject } from '../../support/engine-fixture.ts';
import { outcome } from '../../support/task-reading.ts';

/** A fork of two tools, and a third after both. */
const fork: TestProject = {
  workflow: {
    nodes: [
      { id: 'start', type: 'tool', tool: 'start' },
      { id: 'left', type: 'tool', tool: 'left' },
      { id: 'right', type: 'tool', tool: 'right' },
      { id: 'join', type: 'merge', merge: 'list' },
    ],
    edges: [
      { from: 'start', to: 'left' },
      { from: 'start', to: 'right' },
      { from: 'left', to: 'join' },
      { from: 'right', to: 'join' },
    ],
  },
  tools: { start: () => 1, left: () => 'l', right: () => 'r' },
};

const squares: TestProject = {
  workflow: {
    nodes: [
      {
        id: 'each',
        type: 'map',
        items: '${{ input }}',
        max_parallel: 2,
        body: { nodes: [{ id: 'square', type: 'tool', tool: 'square' }] },
      },
      { id: 'last', type: 'tool', tool: 'last' },
    ],
    edges: [{ from: 'each', to: 'last' }],
  },
  tools: { square: () => 1, last: () => 'end' },
};

function pauses(events: readonly EngineEvent[]): readonly (string | undefined)[] {
  return events.flatMap((event) => (event.type === 'task.paused' ? [event.data.reason] : []));
}

export function stepCases(host: HostKind): void {
  it('lets one stage run at each step, the one held longest or the one that is named', async () => {
    const { engine, calls, events } = await openProject(fork, { host });
    const created = await engine.createTask({ input: 'go', id: 'task', step: true });
    expect([created.status, created.paused, created.held]).toEqual(['pending', true, ['start']]);
    expect([(await engine.runTask('task')).status, calls, pauses(events)]).toEqual(['paused', [], [undefined]]);
    const first = await engine.stepTask('task');
    expect([first.status, outcome(first), (await engine.showTask('task')).held]).toEqual([
      'paused',
      ['start done'],
      ['left', 'right'],
    ]);
    await engine.stepTask('task', { stage: 'right' });
    expect([calls, (await engine.showTask('task')).held]).toEqual([['start', 'right'], ['left']]);
    await engine.stepTask('task');
    expect([calls, (await engine.showTask('task')).held]).toEqual([['start', 'right', 'left'], ['join']]);
    const last = await engine.stepTask('task');
    expect([last.status, last.output]).toEqual(['completed', ['l', 'r']]);
    expect(await engine.showTask('task')).toMatchObject({ paused: false, held: [], breakpoints: [] });
    await expect(engine.stepTask('task')).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
  });

  it('runs on freely from a step when it is resumed, also when it never ran', async () => {
    const { engine, calls } = await openProject(fork, { host });
    await engine.createTask({ input: 'go', id: 'begun', step: true });
    await engine.stepTask('begun');
    expect((await engine.resumeTask('begun')).status).toBe('completed');
    await engine.createTask({ input: 'go', id: 'fresh', step: true });
    expect((await engine.resumeTask('fresh')).status).toBe('completed');
    expect(calls).toHaveLength(6);
  });

  it('takes a step of a task that was not created held: its first stage, and no more', async () => {
    const { engine, calls } = await openProject(fork, { host });
    await engine.createTask({ input: 'go', id: 'task' });
    expect((await engine.stepTask('task')).status).toBe('paused');
    expect([calls, (await engine.showTask('task')).held]).toEqual([['start'], ['left', 'right']]);
  });

  it('takes no step to a stage that is not held', async () => {
    const { engine, calls } = await openProject(fork, { host });
    await engine.createTask({ input: 'go', id: 'task', step: true });
    await expect(engine.stepTask('task', { stage: 'left' })).rejects.toMatchObject({
      code: 'TASK_STAGE_NOT_HELD',
      message: 'Stage "left" of task "task" is not held.',
      hint: 'Step to one of these: start.',
    });
    await expect(engine.stepTask('none')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    expect([calls, (await engine.showTask('task')).status]).toEqual([[], 'pending']);
    expect((await engine.stepTask('task')).status).toBe('paused');
  });

  it('steps over all attempts of a stage', async () => {
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work', retries: 2, backoff: '60s' },
            { id: 'next', type: 'transform', output: 1 },
          ],
          edges: [{ from: 'work', to: 'next' }],
        },
        tools: {
          work: (_, { attempt }) => {
            if (attempt < 3) throw new Error('Not yet');
            return 'now';
          },
        },
      },
      { host },
    );
    await engine.createTask({ input: 'go', id: 'task', step: true });
    const result = await clock.outcomeOf(engine.stepTask('task'));
    expect([result.status, calls, outcome(result)]).toEqual(['paused', ['work', 'work', 'work'], ['work done']]);
    expect((await engine.showTask('task')).held).toEqual(['next']);
  });

  it('steps over a map as a whole', async () => {
    const { engine, calls } = await openProject(squares, { host });
    await engine.createTask({ input: [1, 2, 3], id: 'task', step: true });
    expect((await engine.stepTask('task')).status).toBe('paused');
    expect([calls, (await engine.showTask('task')).held]).toEqual([['square', 'square', 'square'], ['last']]);
    expect((await engine.resumeTask('task')).output).toBe('end');
  });

  it('steps to a question and on from it when it was answered', async () => {
    const { engine, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'ask', type: 'feedback', question: 'Well?' },
            { id: 'last', type: 'tool', tool: 'last' },
          ],
          edges: [{ from: 'ask', to: 'last' }],
        },
        tools: { last: () => 'end' },
      },
      { host },
    );
    await engine.createTask({ input: 'go', id: 'task', step: true });
    expect((await engine.stepTask('task')).status).toBe('paused');
    expect(engine.questions('task')).toHaveLength(1);
    await expect(engine.stepTask('task')).rejects.toMatchObject({
      code: 'TASK_STAGE_NOT_HELD',
      message: 'No stage of task "task" is held, so there is no step to take.',
    });
    expect((await engine.answer('task', 'approve')).status).toBe('paused');
    expect([calls, (await engine.showTask('task')).held]).toEqual([[], ['last']]);
    expect((await engine.stepTask('task')).output).toBe('end');
  });

  it('says that a task which runs takes no step', async () => {
    const gate = Promise.withResolvers<number>();
    const { engine, clock, calls } = await openProject(
      { ...fork, tools: { ...fork.tools, start: () => gate.promise } },
      { host },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    await expect(engine.stepTask('task')).rejects.toMatchObject({ code: 'TASK_NOT_PAUSED' });
    void engine.pauseTask('task');
    await clock.settle();
    await expect(engine.stepTask('task')).rejects.toMatchObject({ code: 'TASK_STAGE_NOT_HELD' });
    gate.resolve(1);
    expect((await running).status).toBe('paused');
  });

  it('pauses before a node that has a breakpoint, and goes past it when it is resumed', async () => {
    const { engine, calls, events } = await openProject(fork, { host });
    const paused = await engine.runOne('go', { id: 'task', breakpoints: ['right', 'join'] });
    expect([paused.status, calls, pauses(events)]).toEqual(['paused', ['start'], ['breakpoint right']]);
    expect(await engine.showTask('task')).toMatchObject({
      paused: true,
      held: ['left', 'right'],
      breakpoints: ['right', 'join'],
      stopped_at: 'right',
    });
    expect((await engine.resumeTask('task')).status).toBe('paused');
    expect([calls, pauses(events).at(-1)]).toEqual([['start', 'left', 'right'], 'breakpoint join']);
    expect((await engine.resumeTask('task')).status).toBe('completed');
  });

  it('pauses before the first node, and at an edge when it is taken', async () => {
    const { engine, calls, events } = await openProject(fork, { host });
    const first = await engine.runOne('go', { id: 'task', breakpoints: ['start', 'start -> right'] });
    expect([first.status, calls, pauses(events)]).toEqual(['paused', [], ['breakpoint start']]);
    expect((await engine.resumeTask('task')).status).toBe('paused');
    expect([calls, pauses(events).at(-1)]).toEqual([['start'], 'breakpoint start->right']);
    expect((await engine.resumeTask('task')).status).toBe('completed');
  });

  it('lets branches at work end when another one comes to a breakpoint', async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            { id: 'slow', type: 'tool', tool: 'slow' },
            { id: 'after', type: 'tool', tool: 'after' },
            { id: 'quick', type: 'transform', output: 2 },
            { id: 'stop', type: 'tool', tool: 'stop' },
          ],
          edges: [
            { from: 'start', to: 'slow' },
            { from: 'slow', to: 'after' },
            { from: 'start', to: 'quick' },
            { from: 'quick', to: 'stop' },
          ],
        },
        tools: { slow: () => gate.promise, after: () => 1, stop: () => 1 },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'task', breakpoints: ['stop'] });
    await clock.until(() => calls.length === 1);
    await clock.settle();
    expect((await engine.showTask('task')).status).toBe('paused');
    gate.resolve('done');
    expect([(await running).status, calls]).toEqual(['paused', ['slow']]);
    expect((await engine.showTask('task')).held).toEqual(['stop', 'after']);
  });

  it('takes other breakpoints at rest and at work', async () => {
    const gate = Promise.withResolvers<number>();
    const { engine, clock, calls } = await openProject(
      { ...fork, tools: { ...fork.tools, start: () => gate.promise } },
      { host },
    );
    await engine.createTask({ input: 'go', id: 'task', breakpoints: ['left'] });
    await engine.setBreakpoints('task', ['join']);
    expect(await engine.showTask('task')).toMatchObject({ status: 'pending', breakpoints: ['join'] });
    const running = engine.runTask('task');
    await clock.until(() => calls.length === 1);
    await engine.setBreakpoints('task', ['start->left', 'start->left']);
    gate.resolve(1);
    expect((await running).status).toBe('paused');
    expect(await engine.showTask('task')).toMatchObject({ breakpoints: ['start->left'], stopped_at: 'start->left' });
    await engine.setBreakpoints('task', []);
    expect((await engine.resumeTask('task')).status).toBe('completed');
    await expect(engine.setBreakpoints('task', [])).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
  });

  it('knows no breakpoint but the nodes and edges of the pipeline', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'first', type: 'transform', output: 1 },
            { id: 'second', type: 'transform', output: 1 },
            { id: 'good', type: 'end' },
          ],
          edges: [
            { from: 'first', to: 'second' },
            { from: 'second', to: 'good' },
          ],
        },
      },
      { host },
    );
    const saying = async (name: string): Promise<unknown> =>
      engine.createTask({ input: 'go', breakpoints: [name] }).catch((error: unknown) => error);
    const code = 'TASK_BREAKPOINT_UNKNOWN';
    expect(await saying('secnd')).toMatchObject({
      code,
      message: 'There is no node "secnd" to pause before.',
      hint: 'Did you mean "second"?',
    });
    expect(await saying('first->secnd')).toMatchObject({ code, hint: 'Did you mean "first->second"?' });
    expect(await saying('first->nowhere_at_all')).toMatchObject({ code, hint: 'Edges from "first": first->second.' });
    expect(await saying('good')).toMatchObject({
      code,
      message: 'The breakpoint "good" is at the end "good", which takes no time.',
    });
    expect(await saying('second->good')).toMatchObject({ code, hint: 'Break on the node before it.' });
    expect(engine.tasks()).toEqual([]);
  });

  it('pauses before the copies of a node that stands in for others in the fallback matrix', async () => {
    const { engine, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work' },
            { id: 'rescue', type: 'tool', tool: 'rescue' },
          ],
        },
        pipelines: { fallbacks: [{ stage: 'work', to: 'rescue' }] },
        tools: {
          work: () => {
            throw new Error('No');
          },
          rescue: () => 'saved',
        },
      },
      { host },
    );
    expect((await engine.runOne('go', { id: 'task', breakpoints: ['rescue'] })).status).toBe('paused');
    expect(calls).toEqual(['work']);
    expect((await engine.resumeTask('task')).output).toBe('saved');
  });
}
