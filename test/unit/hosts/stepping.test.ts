import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openDirectory, openProject, type TestProject } from '../../support/engine-fixture.ts';
import { dyingStore, openLocal, stateFileOf } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';

const tools = { one: () => 1, two: () => 2, three: () => 3 };
const chain: TestProject = {
  workflow: {
    nodes: [
      { id: 'one', type: 'tool', tool: 'one' },
      { id: 'two', type: 'tool', tool: 'two' },
      { id: 'three', type: 'tool', tool: 'three' },
    ],
    edges: [
      { from: 'one', to: 'two' },
      { from: 'two', to: 'three' },
    ],
  },
};

describe('a task that is stepped', () => {
  it('takes each step in a process of its own', async () => {
    const first = await openProject({ ...chain, tools }, { host: 'local' });
    await first.engine.createTask({ input: 'go', id: 'task', step: true });
    await first.engine.close();
    const seen: unknown[] = [];
    for (let step = 0; step < 3; step += 1) {
      const { engine, calls } = await openDirectory(first.directory, tools, { host: 'local' });
      const { status } = await engine.stepTask('task');
      seen.push([status, calls, (await engine.showTask('task')).held]);
      await engine.close();
    }
    expect(seen).toEqual([
      ['paused', ['one'], ['two']],
      ['paused', ['two'], ['three']],
      ['completed', ['three'], []],
    ]);
  });

  it('finishes the stage in which a process died before it takes another step', async () => {
    const directory = temporaryDirectory();
    const registered = { one: { type: 'registered' }, two: { type: 'registered' }, three: { type: 'registered' } };
    writeProject(directory, { ...chain, tools: registered });
    const clock = createSimulatedClock();
    const wrapStore = dyingStore({ after: 2, isWritten: false }); // created, then started and stepped; not the result
    const first = await openLocal(directory, { tools, clock, wrapStore });
    await first.tasks.createTask({ input: 'go', id: 'task', step: true });
    await expect(first.tasks.stepTask('task')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    expect(first.calls).toEqual(['one']);
    const second = await openLocal(directory, { tools, clock });
    expect(await second.tasks.showTask('task')).toMatchObject({ status: 'paused', held: [] });
    expect((await second.tasks.stepTask('task')).status).toBe('paused');
    expect([second.calls, (await second.tasks.showTask('task')).held]).toEqual([['one'], ['two']]);
  });

  it('keeps its breakpoints and where it stopped over a restart', async () => {
    const first = await openProject({ ...chain, tools }, { host: 'local' });
    await first.engine.runOne('go', { id: 'task', breakpoints: ['two'] });
    await first.engine.setBreakpoints('task', ['three', 'two->three']);
    const before = await first.engine.showTask('task');
    await first.engine.close();
    const second = await openDirectory(first.directory, tools, { host: 'local' });
    expect(await second.engine.showTask('task')).toEqual(before);
    expect(before).toMatchObject({ stopped_at: 'two', held: ['two'], breakpoints: ['three', 'two->three'] });
    expect((await second.engine.resumeTask('task')).status).toBe('paused');
    expect([second.calls, (await second.engine.showTask('task')).stopped_at]).toEqual([['two'], 'three']);
  });

  it('is no child task: those run as a whole', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'each', type: 'map', items: [1], body: { nodes: [{ id: 'work', type: 'tool', tool: 'one' }] } },
          ],
        },
        tools,
      },
      { host: 'local' },
    );
    await engine.runOne('go', { id: 'task' });
    const refusal = { code: 'TASK_NOT_AT_WORK', hint: 'Tell the task above it: "task".' };
    await expect(engine.stepTask('task/each.0')).rejects.toMatchObject(refusal);
    await expect(engine.setBreakpoints('task/each.0', ['work'])).rejects.toMatchObject(refusal);
  });

  it('reads steps of journals that name no stage', async () => {
    const first = await openProject({ ...chain, tools }, { host: 'local' });
    await first.engine.createTask({ input: 'go', id: 'task', step: true });
    await first.engine.stepTask('task');
    await first.engine.close();
    const database = new DatabaseSync(stateFileOf(first.directory));
    const { changes } = database
      .prepare('UPDATE journal SET text = ? WHERE text = ?')
      .run('{"kind":"control","command":"step"}', '{"kind":"control","command":"step","stage":"one"}');
    database.close();
    const second = await openDirectory(first.directory, tools, { host: 'local' });
    expect([changes, (await second.engine.showTask('task')).held]).toEqual([1, ['two']]);
  });
});
