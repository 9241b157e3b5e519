import { describe, expect, it } from 'vitest';
import type { Engine, TaskResult } from '../../../src/index.ts';
import type { TaskStore } from '../../../src/services/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';
import { dyingStore, openLocal, type LocalEngine } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';
import { outcome } from '../../support/task-reading.ts';

const chain = {
  nodes: [
    { id: 'work', type: 'tool' as const, tool: 'work' },
    { id: 'next', type: 'tool' as const, tool: 'next' },
    { id: 'last', type: 'tool' as const, tool: 'last' },
  ],
  edges: [
    { from: 'work', to: 'next' },
    { from: 'next', to: 'last' },
  ],
};
const quick: TestTools = { work: () => 'w', next: () => 'n', last: () => 'l' };
const hanging: TestTools = { ...quick, work: (_, { signal }) => untilStopped(signal) };

interface Pair {
  readonly first: OpenEngine;
  readonly second: OpenEngine;
  readonly running: ReturnType<Engine['runTask']>;
}

/** Two engines on one state directory; the first is at work on "task". */
async function openPair(project: TestProject, options: Parameters<Engine['createTask']>[0]): Promise<Pair> {
  const first = await openProject(project, { host: 'local' });
  const { clock, directory } = first;
  const second = await openDirectory(directory, project.tools ?? {}, { host: 'local', clock });
  await first.engine.createTask(options);
  const running = first.engine.runTask('task');
  void Promise.allSettled([running]);
  await clock.until(() => first.calls.length === 1);
  await clock.settle();
  return { first, second, running };
}

const go = { input: 'go', id: 'task' };

interface Locals {
  readonly clock: SimulatedClock;
  readonly first: LocalEngine & { readonly hold: (gate: Promise<string>) => void };
  readonly second: LocalEngine;
  readonly running: Promise<TaskResult>;
}

/** The same with stores that the test can reach. */
async function openLocals(tools: TestTools, wrapStore?: (store: TaskStore) => TaskStore): Promise<Locals> {
  const clock = createSimulatedClock();
  const directory = temporaryDirectory();
  const registered = Object.fromEntries(Object.keys(tools).map((name) => [name, { type: 'registered' }]));
  writeProject(directory, { workflow: chain, tools: registered });
  let held: Promise<string> | undefined;
  const holding: TestTools = { ...tools, work: (given, context) => held ?? tools['work']?.(given, context) };
  const first = await openLocal(directory, { tools: holding, clock, ...(wrapStore !== undefined && { wrapStore }) });
  const second = await openLocal(directory, { tools, clock });
  const running = first.tasks.runOne('go', { id: 'task' });
  void Promise.allSettled([running]);
  await clock.until(() => first.calls.length === 1);
  await clock.settle();
  const hold = (gate: Promise<string>): void => {
    held = gate;
  };
  return { clock, first: { ...first, hold }, second, running };
}

describe('an order to a task at work in another process', () => {
  it('cancels it and stops what is at work', async () => {
    const { first, second, running } = await openPair({ workflow: chain, tools: hanging }, go);
    const cancelled = await first.clock.outcomeOf(second.engine.cancelTask('task'));
    expect([cancelled.status, outcome(cancelled)]).toEqual([
      'cancelled',
      ['work cancelled', 'next cancelled', 'last cancelled'],
    ]);
    expect((await running).status).toBe('cancelled');
    await expect(second.engine.cancelTask('task')).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
    expect(first.clock.waits()).toEqual([]);
  });

  it('pauses it, and resumes it before it has come to rest', async () => {
    const gate = Promise.withResolvers<string>();
    const { first, second, running } = await openPair(
      { workflow: chain, tools: { ...quick, work: () => gate.promise } },
      go,
    );
    const { clock } = first;
    await clock.outcomeOf(second.engine.pauseTask('task'));
    expect((await first.engine.showTask('task')).status).toBe('paused');
    expect((await clock.outcomeOf(second.engine.resumeTask('task'))).status).toBe('running');
    gate.resolve('w');
    expect([(await running).status, second.calls]).toEqual(['completed', []]);
  });

  it('sets its breakpoints, and lets it take a step', async () => {
    const gate = Promise.withResolvers<string>();
    const fork: TestProject = {
      workflow: {
        nodes: [
          { id: 'start', type: 'transform', output: 1 },
          { id: 'work', type: 'tool', tool: 'work' },
          { id: 'next', type: 'transform', output: 1 },
          { id: 'last', type: 'tool', tool: 'last' },
        ],
        edges: [
          { from: 'start', to: 'work' },
          { from: 'start', to: 'next' },
          { from: 'next', to: 'last' },
        ],
      },
      engine: { defaults: { max_parallel: 1 } },
      tools: { ...quick, work: () => gate.promise },
    };
    const { first, second, running } = await openPair(fork, go);
    const { clock } = first;
    await clock.outcomeOf(second.engine.setBreakpoints('task', ['last']));
    expect((await first.engine.showTask('task')).breakpoints).toEqual(['last']);
    await clock.outcomeOf(second.engine.pauseTask('task'));
    const stepped = await clock.outcomeOf(second.engine.stepTask('task', { stage: 'next' }));
    expect([stepped.status, outcome(stepped)]).toEqual(['paused', ['start done', 'work running', 'next done']]);
    await clock.settle();
    expect((await second.engine.showTask('task')).held).toEqual(['last']);
    await expect(second.engine.stepTask('task', { stage: 'next' })).rejects.toMatchObject({
      code: 'TASK_STAGE_NOT_HELD',
    });
    gate.resolve('w');
    expect((await running).status).toBe('paused');
  });

  it('answers its question while another stage is at work', async () => {
    const gate = Promise.withResolvers<string>();
    const { first, second, running } = await openPair(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            { id: 'work', type: 'tool', tool: 'work' },
            { id: 'ask', type: 'feedback', question: 'Well?' },
            { id: 'join', type: 'merge', merge: 'list' },
          ],
          edges: [
            { from: 'start', to: 'work' },
            { from: 'start', to: 'ask' },
            { from: 'work', to: 'join' },
            { from: 'ask', to: 'join' },
          ],
        },
        tools: { work: () => gate.promise },
      },
      go,
    );
    const { clock } = first;
    const asking = [second.engine.answer('task', 'approve'), second.engine.answer('task', 'reject')];
    expect(await clock.outcomeOf(Promise.allSettled(asking))).toMatchObject([
      { status: 'fulfilled', value: { status: 'running' } },
      { status: 'rejected', reason: { code: 'TASK_NOT_WAITING' } },
    ]);
    gate.resolve('w');
    expect((await running).output).toMatchObject(['w', { action: 'approve' }]);
  });

  it('is given up when nobody takes it, and is not taken later', async () => {
    const gate = Promise.withResolvers<string>();
    let isDeaf = true;
    const { clock, first, second, running } = await openLocals({ ...quick, work: () => gate.promise }, (store) => ({
      ...store,
      hasChanged: () => !isDeaf && store.hasChanged(),
    }));
    const asking = clock.outcomeOf(second.tasks.cancelTask('task'));
    await expect(asking).rejects.toMatchObject({
      code: 'TASK_BUSY',
      message: `The process ${process.pid} that is at work on task "task" has not answered for 5 seconds.`,
    });
    isDeaf = false;
    second.store.saveDefinition('other', '{}'); // something for the first engine to notice
    clock.advance(200);
    await clock.settle();
    gate.resolve('w');
    expect([(await running).status, first.calls]).toEqual(['completed', ['work', 'next', 'last']]);
  });

  it.each([false, true])(
    'is done all the same when that process dies of it, after writing it: %s',
    async (isWritten) => {
      const { clock, second, running } = await openLocals(hanging, dyingStore({ after: 2, isWritten }));
      const cancelled = await clock.outcomeOf(second.tasks.cancelTask('task'));
      expect([cancelled.status, (await second.tasks.showTask('task')).status]).toEqual(['cancelled', 'cancelled']);
      await expect(running).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
      expect(
        second.store
          .journal('task')
          .map(({ text }) => text)
          .filter((text) => text.includes('cancel')),
      ).toHaveLength(1);
    },
  );

  it('does not reach a later run, nor is taken from what nobody sends', async () => {
    const { clock, first, second, running } = await openLocals(quick);
    expect((await running).status).toBe('completed');
    await second.tasks.createTask({ ...go, id: 'later' });
    const letter = { task: 'later', until: clock.now() + 60_000, order: { command: 'cancel' } };
    const send = (data: unknown, at = clock.now()): void =>
      second.store.sendSignal({ task: 'later', command: 'cancel', at, data: JSON.stringify(data) });
    send(letter);
    const gate = Promise.withResolvers<string>();
    first.hold(gate.promise);
    const later = first.tasks.runTask('later');
    await clock.until(() => first.calls.length === 4);
    send({ ...letter, until: clock.now() - 1 });
    send(letter, clock.now() + 3_600_000); // the clock was set back since
    send({ ...letter, order: { command: 'explode' } });
    second.store.sendSignal({ task: 'later', command: 'cancel', at: clock.now(), data: '{' });
    second.store.sendSignal({ task: 'later', command: 'cancel', at: clock.now() });
    clock.advance(100);
    await clock.settle();
    expect(second.store.takeSignals(['later'])).toEqual([]);
    gate.resolve('w');
    expect((await later).status).toBe('completed');
  });
});
