import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { replayTask } from '../../../src/hosts/journal/replay.ts';
import { toRow } from '../../../src/machines/index.ts';
import { EngineEvent } from '../../../src/index.ts';
import type { TaskStore } from '../../../src/services/index.ts';
import { crashTools, crashWorkflow, timeless } from '../../support/crash-project.ts';
import { dyingStore, openLocal, type Death, type LocalEngine, storedBy } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';

const tools = Object.fromEntries(Object.keys(crashTools()).map((name) => [name, { type: 'registered' }]));

function crashDirectory(): string {
  const directory = temporaryDirectory();
  writeProject(directory, { workflow: crashWorkflow, tools });
  return directory;
}

async function runUndisturbed(): Promise<{ engine: LocalEngine; result: object }> {
  const clock = createSimulatedClock();
  const engine = await openLocal(crashDirectory(), { tools: crashTools(), clock });
  return { engine, result: timeless(await clock.outcomeOf(engine.tasks.runOne('go', { id: 'task' }))) };
}

/** Nodes whose stage is done, by the journal. */
function finishedNodes(store: TaskStore): string[] {
  return store.journal('task').flatMap(({ text }) => {
    const node = /^\{"kind":"result","node":"(\w+)".*"end":\{"kind":"done"/u.exec(text)?.[1];
    return node === undefined ? [] : [node];
  });
}

/** What comes of a run, be it good or bad. */
async function settled<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await clock.outcomeOf(work);
  } catch {
    return undefined;
  }
}

function placesOf(events: readonly EngineEvent[]): readonly number[] {
  return events.map(({ seq }) => seq);
}

const undisturbedSteps = 12;
/** Steps of pure stages are written with those that led to them. */
const undisturbedWrites = 11;
const deaths: Death[] = [false, true].flatMap((isWritten) =>
  Array.from({ length: undisturbedWrites - 1 }, (_, at) => ({ after: at + 1, isWritten })),
);

describe('a process that dies', () => {
  it('has written one entry for the creation, one for the start and one for each message after it', async () => {
    const { engine, result } = await runUndisturbed();
    expect(engine.commits.map(({ entry }) => entry.seq)).toEqual(
      Array.from({ length: undisturbedSteps }, (_, at) => at),
    );
    expect(engine.writes).toHaveLength(undisturbedWrites);
    expect(engine.commits[1]?.entry.text).toBe('{"kind":"control","command":"start"}');
    expect(result).toMatchObject({
      status: 'completed',
      output: { last: { flaky: 'flaky', slow: 'slow', plain: 'started/plain' }, slow: 'slow' },
    });
  });

  it.each(deaths)('costs no finished stage and changes no result: %o', async (death) => {
    const { engine, result } = await runUndisturbed();
    const directory = crashDirectory();
    const clock = createSimulatedClock();
    const shared = crashTools();
    const first = await openLocal(directory, { tools: shared, clock, wrapStore: dyingStore(death) });
    const died = first.tasks.runOne('go', { id: 'task' });
    await expect(clock.outcomeOf(died)).rejects.toMatchObject({
      code: 'STORE_UNWRITABLE',
      message: 'The disk is gone.',
    });
    const callsAtDeath = [...first.calls];
    await clock.settle();
    expect(first.calls).toEqual(callsAtDeath);
    const finished = finishedNodes(first.store);

    const second = await openLocal(directory, { tools: shared, clock });
    const stored = second.store.task('task');
    const resumed = await clock.outcomeOf(second.tasks.runTask('task'));
    expect(timeless(resumed)).toEqual(result);
    expect(second.calls.filter((tool) => finished.includes(tool))).toEqual([]);
    expect(stored?.seq).toBe(engine.writes[death.after - 1 + Number(death.isWritten)]?.at(-1)?.entry.seq);
    const places = placesOf([...first.events, ...second.events]);
    expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other));
  });

  it('leaves nothing behind when not even the creation was written', async () => {
    const directory = crashDirectory();
    const clock = createSimulatedClock();
    const wrapStore = dyingStore({ after: 0, isWritten: false });
    const first = await openLocal(directory, { tools: crashTools(), clock, wrapStore });
    await expect(first.tasks.createTask({ input: 'go', id: 'task' })).rejects.toMatchObject({
      code: 'STORE_UNWRITABLE',
    });
    expect([first.events, first.calls, first.store.tasks()]).toEqual([[], [], []]);
  });

  it('gets to the end even when each process lives for one step only', async () => {
    const { result } = await runUndisturbed();
    const directory = crashDirectory();
    const clock = createSimulatedClock();
    const shared = crashTools();
    const creator = await openLocal(directory, { tools: shared, clock });
    await creator.tasks.createTask({ input: 'go', id: 'task' });
    await creator.close();
    const repeated: string[] = [];
    const events: EngineEvent[] = [...creator.events];
    let last: object | undefined;
    for (let life = 0; life < 2 * undisturbedSteps && last === undefined; life += 1) {
      const wrapStore = dyingStore({ after: 2, isWritten: false });
      const engine = await openLocal(directory, { tools: shared, clock, wrapStore });
      const finished = finishedNodes(engine.store);
      const outcome = await settled(clock, engine.tasks.runTask('task'));
      last = outcome === undefined ? undefined : timeless(outcome);
      repeated.push(...engine.calls.filter((tool) => finished.includes(tool)));
      events.push(...engine.events);
      await engine.close();
    }
    expect(last).toEqual(result);
    expect(repeated).toEqual([]);
    expect(events.map((event) => EngineEvent.safeParse(event).error)).toEqual(events.map(() => undefined));
    const places = placesOf(events);
    expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other));
  });
});

describe('a replay', () => {
  it('gives the rows that were stored, byte for byte, at every place of the journal', async () => {
    const { engine } = await runUndisturbed();
    const rows = engine.commits.map((_, at) => {
      const commit = engine.commits[at];
      if (commit === undefined) return {};
      const store = { ...engine.store, journal: () => engine.commits.slice(0, at + 1).map(({ entry }) => entry) };
      const task = replayTask(storedBy(commit), { store, resolve: engine.resolve });
      const row = JSON.stringify(toRow(task.state));
      return { replayed: crc32(row), stored: commit.entry.check, rows: [row, commit.task.row ?? row] };
    });
    expect(rows.map(({ replayed }) => replayed)).toEqual(rows.map(({ stored }) => stored));
    expect(new Set(rows.map(({ stored }) => stored)).size).toBe(undisturbedSteps);
    for (const { rows: pair } of rows) expect(pair?.[0]).toBe(pair?.[1]);
  });

  it('gives the trace that the process had which ran the task', async () => {
    const clock = createSimulatedClock();
    const directory = crashDirectory();
    const first = await openLocal(directory, { tools: crashTools(), clock });
    const result = await clock.outcomeOf(first.tasks.runOne({ go: [1, { deep: true }] }, { id: 'task', tags: ['a'] }));
    const seen = await first.tasks.showTask('task');
    await first.close();
    const second = await openLocal(directory, { tools: crashTools(), clock });
    expect(await second.tasks.showTask('task')).toEqual(seen);
    expect(await second.tasks.runTask('task')).toEqual(result);
    expect(second.calls).toEqual([]);
  });

  it('does not mind a process that goes on meanwhile', async () => {
    const { engine } = await runUndisturbed();
    const [, , early] = engine.commits;
    if (early === undefined) throw new Error('There is no third commit.');
    const task = replayTask(storedBy(early), { store: engine.store, resolve: engine.resolve });
    expect(crc32(JSON.stringify(toRow(task.state)))).toBe(early.entry.check);
  });
});
