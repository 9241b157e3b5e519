import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { replayTask } from '../../../src/hosts/journal/replay.ts';
import { openStatuses, toRow } from '../../../src/machines/index.ts';
import type { TaskStore } from '../../../src/services/index.ts';
import { childFiles, childRequest, childTools, childWorkflow } from '../../support/child-project.ts';
import { timeless } from '../../support/crash-project.ts';
import { argument, untilStopped, type TestProject, type TestTools } from '../../support/engine-fixture.ts';
import {
  dyingStore,
  openLocal,
  storedBy,
  withWrites,
  type Death,
  type LocalEngine,
} from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';

function childDirectory(): string {
  const directory = temporaryDirectory();
  writeProject(directory, { workflow: childWorkflow, files: childFiles, tools: { work: { type: 'registered' } } });
  return directory;
}

async function runUndisturbed(): Promise<{ engine: LocalEngine; result: object }> {
  const clock = createSimulatedClock();
  const engine = await openLocal(childDirectory(), { tools: childTools().tools, clock });
  return { engine, result: timeless(await clock.outcomeOf(engine.tasks.runOne(childRequest, { id: 'task' }))) };
}

const idsOf = (store: TaskStore): string[] => ['task', ...store.tasks({ below: 'task' }).map(({ id }) => id)];

/** Idempotency keys of the attempts whose end is written. */
function finishedKeys(store: TaskStore): string[] {
  return idsOf(store).flatMap((id) =>
    store.journal(id).flatMap(({ text }) => {
      const token = /^\{"kind":"result","node":"[\w-]+","token":"(?<token>[^"]+)"/u.exec(text)?.groups?.['token'];
      return token === undefined ? [] : [`${id}/${token}`];
    }),
  );
}

function openTasks(store: TaskStore): string[] {
  return idsOf(store).filter((id) => openStatuses.some((status) => status === store.task(id)?.status));
}

async function settled<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await clock.outcomeOf(work);
  } catch {
    return undefined;
  }
}

const undisturbedSteps = 28;
const undisturbedWrites = 17;
const deaths: Death[] = [false, true].flatMap((isWritten) =>
  Array.from({ length: undisturbedWrites - 1 }, (_, at) => ({ after: at + 1, isWritten })),
);

describe('a process that dies with child tasks at work', () => {
  it('had a step on disk for every message of every task', async () => {
    const { engine, result } = await runUndisturbed();
    expect([engine.commits.length, engine.writes.length]).toEqual([undisturbedSteps, undisturbedWrites]);
    expect(result).toMatchObject({
      status: 'completed',
      output: ['LAST', ['ROUND 2', ['A/0', 'B/1', 'C/2']]],
    });
    expect(idsOf(engine.store).toSorted()).toEqual([
      'task',
      'task/again.1',
      'task/again.2',
      'task/call',
      'task/each.0',
      'task/each.1',
      'task/each.2',
    ]);
    expect(openTasks(engine.store)).toEqual([]);
  });

  it.each(deaths)('costs no finished stage of any task and changes no result: %o', async (death) => {
    const { result } = await runUndisturbed();
    const directory = childDirectory();
    const clock = createSimulatedClock();
    const { tools, worked } = childTools();
    const first = await openLocal(directory, { tools, clock, wrapStore: dyingStore(death) });
    await expect(clock.outcomeOf(first.tasks.runOne(childRequest, { id: 'task' }))).rejects.toMatchObject({
      code: 'STORE_UNWRITABLE',
      message: 'The disk is gone.',
    });
    const atDeath = worked.length;
    await clock.settle();
    expect(worked).toHaveLength(atDeath);
    const finished = finishedKeys(first.store);
    await first.close();

    const second = await openLocal(directory, { tools, clock });
    expect(timeless(await clock.outcomeOf(second.tasks.runTask('task')))).toEqual(result);
    expect(worked.slice(atDeath).filter((key) => finished.includes(key))).toEqual([]);
    expect(openTasks(second.store)).toEqual([]);
  });

  it('gets to the end even when each process lives for a few steps only', async () => {
    const { result } = await runUndisturbed();
    const directory = childDirectory();
    const clock = createSimulatedClock();
    const { tools, worked } = childTools();
    let last: object | undefined;
    for (let life = 0; life < undisturbedSteps && last === undefined; life += 1) {
      const engine = await openLocal(directory, { tools, clock, wrapStore: dyingStore({ after: 6, isWritten: true }) });
      const finished = finishedKeys(engine.store);
      const before = worked.length;
      const isThere = engine.store.task('task') !== undefined;
      const run = isThere ? engine.tasks.runTask('task') : engine.tasks.runOne(childRequest, { id: 'task' });
      const outcome = await settled(clock, run);
      last = outcome === undefined ? undefined : timeless(outcome);
      expect(worked.slice(before).filter((key) => finished.includes(key))).toEqual([]);
      await engine.close();
    }
    expect(last).toEqual(result);
  });

  it.each(['task/each.0', 'task/again.1', 'task/call'])(
    'stops with the child that cannot be written, and takes that for no failure of a stage: %s',
    async (child) => {
      const { result } = await runUndisturbed();
      const directory = childDirectory();
      const clock = createSimulatedClock();
      const { tools } = childTools();
      const first = await openLocal(directory, {
        tools,
        clock,
        wrapStore: (store) =>
          withWrites(store, (commits, write) => {
            if (commits.some(({ task, entry }) => task.id === child && entry.seq === 2))
              throw new Error('The disk is full for a moment.');
            write();
          }),
      });
      const running = clock.outcomeOf(first.tasks.runOne(childRequest, { id: 'task' }));
      await expect(running).rejects.toThrow('The disk is full for a moment.');
      await first.close();
      const second = await openLocal(directory, { tools, clock });
      expect(timeless(await clock.outcomeOf(second.tasks.runTask('task')))).toEqual(result);
    },
  );

  it.each([false, true])(
    'leaves no child open when it dies while the task is cancelled (written: %s)',
    async (isWritten) => {
      const directory = childDirectory();
      const clock = createSimulatedClock();
      const gate = Promise.withResolvers<string>();
      const tools = { work: () => gate.promise };
      let isDying = false;
      const first = await openLocal(directory, {
        tools,
        clock,
        wrapStore: (store) =>
          withWrites(store, (commits, write) => {
            if (isDying && !(isWritten && commits.every(({ task }) => task.id === 'task'))) throw new Error('Killed.');
            write();
          }),
      });
      const running = settled(clock, first.tasks.runOne(childRequest, { id: 'task' }));
      await clock.until(() => first.calls.length === 2);
      isDying = true;
      await settled(clock, first.tasks.cancelTask('task'));
      await running;
      await first.close();
      const second = await openLocal(directory, { tools: { work: () => 'w' }, clock });
      const { status } = await clock.outcomeOf(second.tasks.runTask('task'));
      expect([status, openTasks(second.store)]).toEqual([isWritten ? 'cancelled' : 'completed', []]);
    },
  );
});

describe('a child of an attempt that is over', () => {
  it('asks nothing any more, also when a process died before it could be cancelled', async () => {
    const directory = temporaryDirectory();
    const workflow: TestProject['workflow'] = {
      nodes: [
        { id: 'each', type: 'map', items: [1, 2], timeout: '1h', node: { type: 'feedback' } },
        { id: 'recover', type: 'feedback' },
      ],
      edges: [{ from: 'each', to: 'recover', type: 'error' }],
    };
    writeProject(directory, { workflow });
    const clock = createSimulatedClock();
    const first = await openLocal(directory, { tools: {}, clock });
    expect((await first.tasks.runOne('go', { id: 'task' })).status).toBe('waiting');
    await first.close();
    clock.advance(3_600_000);
    const second = await openLocal(directory, {
      tools: {},
      clock,
      wrapStore: (store) =>
        withWrites(store, (commits, write) => {
          if (commits.some(({ entry }) => entry.text.includes('cancel'))) throw new Error('Killed.');
          write();
        }),
    });
    await settled(clock, second.tasks.runTask('task'));
    await second.close();
    const third = await openLocal(directory, { tools: {}, clock });
    expect(openTasks(third.store).toSorted()).toEqual(['task', 'task/each.0', 'task/each.1']);
    expect(third.tasks.questions('task').map(({ task, stage }) => `${task} ${stage}`)).toEqual(['task recover']);
    await expect(third.tasks.answer('task/each.0', 1)).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    expect((await third.tasks.answer('task', 'go on')).status).toBe('completed');
    expect(openTasks(third.store)).toEqual([]);
  });
});

describe('a process that dies while one item fails the map', () => {
  const workflow: TestProject['workflow'] = {
    nodes: [
      {
        id: 'each',
        type: 'map',
        items: '${{ input }}',
        max_parallel: 2,
        node: { type: 'tool', tool: 'work', arguments: { on: '${{ item }}' } },
      },
      { id: 'by_tool', type: 'end', output: '${{ error.code }}' },
      { id: 'by_other', type: 'end', output: '${{ error.code }}' },
    ],
    edges: [
      { from: 'each', to: 'by_tool', type: 'error', on: ['tool'] },
      { from: 'each', to: 'by_other', type: 'error', on: ['cancelled', 'branch_failed', 'internal'] },
    ],
  };
  const tools: TestTools = {
    work: (arguments_, { signal }) => {
      const on = argument(arguments_, 'on');
      if (on === 'slow') return untilStopped(signal);
      if (on === 'bad') throw new Error('No.');
      return on;
    },
  };
  const request = ['slow', 'a', 'bad'];
  const commits = 12;

  it('leaves for the next one what the item came to, and nothing of its siblings', async () => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow, tools: { work: { type: 'registered' } } });
    const clock = createSimulatedClock();
    const engine = await openLocal(directory, { tools, clock });
    const result = await clock.outcomeOf(engine.tasks.runOne(request, { id: 'task' }));
    expect(result).toMatchObject({ status: 'completed', output: 'tool.failed', failures: [{ details: { index: 2 } }] });
    expect(openTasks(engine.store)).toEqual([]);
    const ends = engine.commits.map(({ task, entry }) => `${task.id} ${entry.text}`);
    const places = ['task {"kind":"result","node":"each"', 'task/each.0 {"kind":"control","command":"cancel"'];
    const [ended, cancelled] = places.map((start) => ends.findIndex((text) => text.startsWith(start)));
    expect(cancelled).toBeGreaterThan(ended ?? Infinity);
    expect(ends).toHaveLength(commits);
  });

  it.each(Array.from({ length: commits - 1 }, (_, at) => at + 1))('after %i commits', async (after) => {
    const directory = temporaryDirectory();
    writeProject(directory, { workflow, tools: { work: { type: 'registered' } } });
    const clock = createSimulatedClock();
    const first = await openLocal(directory, { tools, clock, wrapStore: dyingStore({ after, isWritten: false }) });
    await settled(clock, first.tasks.runOne(request, { id: 'task' }));
    await first.close();
    const second = await openLocal(directory, { tools, clock });
    const { status, output } = await clock.outcomeOf(second.tasks.runTask('task'));
    expect([status, output, openTasks(second.store)]).toEqual(['completed', 'tool.failed', []]);
  });
});

describe('a replay of a task with children', () => {
  it('gives the rows that were stored, of the task and of each child, at every place', async () => {
    const { engine } = await runUndisturbed();
    const rows = engine.commits.map((commit, at) => {
      const own = engine.commits.slice(0, at + 1).filter(({ task }) => task.id === commit.task.id);
      const store = { ...engine.store, journal: () => own.map(({ entry }) => entry) };
      return crc32(JSON.stringify(toRow(replayTask(storedBy(commit), { store, resolve: engine.resolve }).state)));
    });
    expect(rows).toEqual(engine.commits.map(({ entry }) => entry.check));
  });

  it('shows tasks and children as the process saw them which ran them', async () => {
    const directory = childDirectory();
    const clock = createSimulatedClock();
    const first = await openLocal(directory, { tools: childTools().tools, clock });
    await clock.outcomeOf(first.tasks.runOne(childRequest, { id: 'task', tags: ['one'] }));
    const ids = idsOf(first.store);
    const seen = await Promise.all(ids.map((id) => first.tasks.showTask(id)));
    await first.close();
    const second = await openLocal(directory, { tools: childTools().tools, clock });
    expect(await Promise.all(ids.map((id) => second.tasks.showTask(id)))).toEqual(seen);
    expect(seen.map(({ mode, tags }) => [mode, tags])).toEqual(ids.map(() => ['normal', ['one']]));
    expect(await second.tasks.showTask('task/each.1')).toMatchObject({
      id: 'task/each.1',
      status: 'completed',
      input: 'b',
      output: 'B/1',
      trace: [{ stage: 'work', attempt: 2 }, { stage: 'mark' }],
    });
  });

  it('lists roots alone, and children below the task that is asked for', async () => {
    const { engine } = await runUndisturbed();
    const idsBelow = (below: string): string[] => engine.tasks.tasks({ below }).map(({ id }) => id);
    expect(engine.tasks.tasks().map(({ id }) => id)).toEqual(['task']);
    expect(idsBelow('task')).toHaveLength(6);
    expect(engine.tasks.tasks({ below: 'task', limit: 1 }).map(({ id }) => id)).toEqual(['task/call']);
    expect([
      idsBelow('task/each.0'),
      idsBelow('tas'),
      engine.tasks.tasks({ below: 'task', status: ['failed'] }),
    ]).toEqual([[], [], []]);
  });
});
