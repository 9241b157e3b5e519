import { describe, expect, it } from 'vitest';
import { crashTools, crashWorkflow, timeless } from '../support/crash-project.ts';
import { openDirectory, openProject, untilStopped, type TestTools } from '../support/engine-fixture.ts';
import { dyingStore, openLocal, withWrites } from '../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../support/project-fixture.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';

const dayMs = 86_400_000;
const leaseMs = 30_000;
const jumps = [
  ['forwards', dayMs],
  ['back', -dayMs],
] as const;
const tools = Object.fromEntries(Object.keys(crashTools()).map((name) => [name, { type: 'registered' }]));

function crashDirectory(): string {
  const directory = temporaryDirectory();
  writeProject(directory, { workflow: crashWorkflow, tools });
  return directory;
}

async function runUndisturbed(): Promise<{
  readonly result: object;
  readonly writes: number;
  readonly tookMs: number;
}> {
  const clock = createSimulatedClock();
  const startedAt = clock.now();
  const engine = await openLocal(crashDirectory(), { tools: crashTools(), clock });
  const result = timeless(await clock.outcomeOf(engine.tasks.runOne('go', { id: 'task' })));
  return { result, writes: engine.writes.length, tookMs: clock.now() - startedAt };
}

describe.each(jumps)('a clock that jumps %s by a day', (_direction, jumpMs) => {
  it('at any step changes no result and puts nothing off', async () => {
    const { result, writes, tookMs } = await runUndisturbed();
    for (let at = 1; at <= writes; at += 1) {
      const clock = createSimulatedClock();
      const startedAt = clock.now();
      let written = 0;
      const engine = await openLocal(crashDirectory(), {
        tools: crashTools(),
        clock,
        wrapStore: (store) =>
          withWrites(store, (_, write) => {
            write();
            written += 1;
            if (written === at) clock.setBack(-jumpMs);
          }),
      });
      expect(timeless(await clock.outcomeOf(engine.tasks.runOne('go', { id: 'task' })))).toEqual(result);
      expect(clock.now() - startedAt - jumpMs).toBeLessThanOrEqual(tookMs);
      expect(clock.waits()).toEqual([]);
    }
  });

  it('between two processes changes no result, wherever the first one died', async () => {
    const { result, writes, tookMs } = await runUndisturbed();
    for (let after = 1; after < writes; after += 1) {
      const directory = crashDirectory();
      const clock = createSimulatedClock();
      const shared = crashTools();
      const wrapStore = dyingStore({ after, isWritten: true });
      const first = await openLocal(directory, { tools: shared, clock, wrapStore });
      const died = first.tasks.runOne('go', { id: 'task' });
      await expect(clock.outcomeOf(died)).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
      await first.close();
      clock.setBack(-jumpMs);
      const jumpedAt = clock.now();
      const second = await openLocal(directory, { tools: shared, clock });
      expect(timeless(await clock.outcomeOf(second.tasks.runTask('task')))).toEqual(result);
      expect(clock.now() - jumpedAt).toBeLessThanOrEqual(2 * tookMs);
    }
  });

  it('while a question waits does not put its end off for longer than it was to wait', async () => {
    const ask = { id: 'ask', type: 'feedback', timeout: '2h', default: 'reject' } as const;
    const opened = await openProject({ workflow: { nodes: [ask] } }, { host: 'local' });
    const { engine, clock, directory } = opened;
    expect((await engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    await engine.close();
    clock.setBack(-jumpMs);
    const again = await openDirectory(directory, {}, { host: 'local', clock });
    const early = await clock.outcomeOf(again.engine.runTask('task'));
    expect(early.status).toBe(jumpMs > 0 ? 'completed' : 'waiting');
    clock.advance(2 * 3_600_000);
    clock.setBack(jumpMs);
    const last = await clock.outcomeOf(again.engine.runTask('task'));
    expect(last).toMatchObject({ status: 'completed', output: { action: 'reject' } });
  });

  it('lets another engine take a task over once, and tells the first one', async () => {
    const hanging: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const workflow = { nodes: [{ id: 'work', type: 'tool' as const, tool: 'work' }] };
    const first = await openProject({ workflow, tools: hanging }, { host: 'local' });
    const { clock, directory } = first;
    const second = await openDirectory(directory, { work: () => 'done' }, { host: 'local', clock });
    const running = first.engine.runOne('go', { id: 'task' }).catch((error: unknown) => error);
    await clock.until(() => first.calls.length === 1);
    clock.setBack(-jumpMs);
    expect(await second.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: 'done' });
    const late = await first.engine.cancelTask('task').catch((error: unknown) => error);
    expect(late).toMatchObject({
      code: 'TASK_BUSY',
      hint: 'Let the other process go on with the task, or stop it and resume the task here.',
    });
    expect(await running).toBe(late);
    expect(await second.engine.showTask('task')).toMatchObject({ status: 'completed', output: 'done' });
    expect([first.calls, second.calls]).toEqual([['work'], ['work']]);
  });

  it('leaves a task to the engine that has renewed its lease since', async () => {
    const gate = Promise.withResolvers<string>();
    const workflow = { nodes: [{ id: 'work', type: 'tool' as const, tool: 'work' }] };
    const first = await openProject({ workflow, tools: { work: () => gate.promise } }, { host: 'local' });
    const { clock, directory } = first;
    const second = await openDirectory(directory, { work: () => 'twice' }, { host: 'local', clock });
    const running = first.engine.runOne('go', { id: 'task' });
    await clock.until(() => first.calls.length === 1);
    clock.setBack(-jumpMs);
    clock.advance(leaseMs / 4);
    await expect(second.engine.resumeTask('task')).rejects.toMatchObject({ code: 'TASK_BUSY' });
    gate.resolve('once');
    expect(await running).toMatchObject({ status: 'completed', output: 'once' });
    expect(second.calls).toEqual([]);
  });
});
