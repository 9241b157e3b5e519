import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/index.ts';
import { openDirectory, openProject, untilStopped, type TestTools } from '../../support/engine-fixture.ts';
import { openLocal, withWrites } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';

const workflow = { nodes: [{ id: 'work', type: 'tool' as const, tool: 'work' }] };
const hanging: TestTools = { work: (_, { signal }) => untilStopped(signal) };
function fail(message: string): never {
  throw new EngineError('STORE_UNWRITABLE', message);
}

const quick: TestTools = { work: () => 'done' };

describe('two engines on one state directory', () => {
  it('work on a task one at a time', async () => {
    const first = await openProject({ workflow, tools: hanging }, { host: 'local' });
    const { clock, directory } = first;
    const second = await openDirectory(directory, quick, { host: 'local', clock });
    const running = first.engine.runOne('go', { id: 'task' }).catch((error: unknown) => error);
    await clock.until(() => first.calls.length === 1);
    const busy = { code: 'TASK_BUSY', message: 'Another process is at work on task "task".' };
    await expect(second.engine.runTask('task')).rejects.toMatchObject(busy);
    await expect(second.engine.resumeTask('task')).rejects.toMatchObject(busy);
    for (let minutes = 0; minutes < 5; minutes += 1) clock.advance(60_000);
    await expect(second.engine.runTask('task')).rejects.toMatchObject(busy);
    expect((await second.engine.showTask('task')).status).toBe('running');
    await first.engine.close();
    expect(await running).toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(await second.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: 'done' });
    expect(second.calls).toEqual(['work']);
  });

  it('see each other’s tasks', async () => {
    const first = await openProject({ workflow, tools: quick }, { host: 'local' });
    const second = await openDirectory(first.directory, quick, { host: 'local' });
    await first.engine.createTask({ input: 'go', id: 'task' });
    expect((await second.engine.runTask('task')).output).toBe('done');
    expect(await first.engine.runTask('task')).toMatchObject({ status: 'completed', output: 'done' });
    expect([first.calls, second.calls]).toEqual([[], ['work']]);
    expect((await first.engine.showTask('task')).status).toBe('completed');
    await expect(second.engine.createTask({ input: 'go', id: 'task' })).rejects.toMatchObject({
      code: 'TASK_ALREADY_EXISTS',
    });
  });
});

describe('a lease', () => {
  it('that cannot be renewed costs the task, not the process', async () => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow, tools: { work: { type: 'registered' } } });
    const clock = createSimulatedClock();
    const gate = Promise.withResolvers<string>();
    const first = await openLocal(directory, {
      clock,
      tools: { work: () => gate.promise },
      wrapStore: (store) => ({ ...store, renew: () => fail('The disk is full.') }),
    });
    const running = first.tasks.runOne('go', { id: 'task' });
    await clock.until(() => first.calls.length === 1);
    clock.advance(30_001);
    const second = await openLocal(directory, { clock, tools: quick });
    expect((await second.tasks.resumeTask('task')).output).toBe('done');
    gate.resolve('too late');
    await expect(running).rejects.toMatchObject({
      code: 'TASK_BUSY',
      message: 'Entry 2 of the task "task" was written by another process.',
    });
    expect((await second.tasks.showTask('task')).output).toBe('done');
    expect(clock.waits()).toEqual([]);
  });

  it('that cannot be given back does not hide why the task stopped', async () => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow, tools: { work: { type: 'registered' } } });
    const clock = createSimulatedClock();
    const { tasks } = await openLocal(directory, {
      clock,
      tools: quick,
      wrapStore: (store) => ({
        ...withWrites(store, ([first], write) => (first?.isNew === true ? write() : fail('The disk is full.'))),
        release: () => fail('The lease cannot be given back.'),
      }),
    });
    await expect(tasks.runOne('go')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE', message: 'The disk is full.' });
    expect(clock.waits()).toEqual([]);
  });

  it('is held only while a task is at work, so that no timer keeps the process alive', async () => {
    const { engine, clock } = await openProject({ workflow, tools: quick }, { host: 'local' });
    await engine.createTask({ input: 'go', id: 'task' });
    expect(clock.waits()).toEqual([]);
    const running = engine.runTask('task');
    await clock.until(() => clock.waits().length > 0);
    expect(clock.waits()).toEqual([50, 7_500]); // to look for orders, and to renew the lease
    await running;
    expect(clock.waits()).toEqual([]);
  });

  it('is given back by a task that rests', async () => {
    const gate = Promise.withResolvers<string>();
    const twoStages = {
      nodes: [...workflow.nodes, { id: 'next', type: 'transform' as const, output: '${{ output }}' }],
      edges: [{ from: 'work', to: 'next' }],
    };
    const first = await openProject({ workflow: twoStages, tools: { work: () => gate.promise } }, { host: 'local' });
    const { clock, directory, engine } = first;
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => first.calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('rested');
    const paused = await running;
    expect([paused.status, clock.waits()]).toEqual(['paused', []]);
    const second = await openDirectory(directory, quick, { host: 'local', clock });
    expect((await second.engine.resumeTask('task')).output).toBe('rested');
  });
});
