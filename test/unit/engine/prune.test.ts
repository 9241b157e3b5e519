import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Engine, isEngineError } from '../../../src/index.ts';
import { createSqliteTaskStore, currentHolder, type TaskStore } from '../../../src/services/store/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

const dayMs = 86_400_000;

/** A project whose tasks fail when the request is "fail", and else have a child task and a value that is stored apart. */
function project(engine: object = {}, memory: object = {}): string {
  const directory = temporaryDirectory();
  writeProject(directory, {
    workflow: {
      nodes: [
        { id: 'check', type: 'transform', output: '${{ [1, 2][input == "fail" ? 5 : 0] }}' },
        { id: 'each', type: 'map', items: '${{ [1] }}', node: { id: 'ask', type: 'agent', agent: 'writer' } },
      ],
      edges: [{ from: 'check', to: 'each' }],
    },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml' } },
      defaults: { model: 'told' },
      ...engine,
    },
    agents: { writer: { prompt: 'Write.' } },
    files: { 'replies.yaml': 'replies: [{ reply: hello }]' },
    memory,
  });
  return directory;
}

async function open(directory: string, clock: SimulatedClock = createSimulatedClock()): Promise<Engine> {
  const engine = await Engine.fromConfigDir(directory, { clock });
  onTestFinished(() => engine.close());
  return engine;
}

function storeOf(directory: string): TaskStore {
  const file = path.join(directory, '.agent-engine', 'state.sqlite');
  const store = createSqliteTaskStore({ file, durability: 'process' });
  onTestFinished(() => store.close());
  return store;
}

const ids = (engine: Engine): string[] =>
  engine
    .tasks()
    .map(({ id }) => id)
    .toSorted();

/** What is told of tasks that are removed. */
function prunedBy(engine: Engine): readonly unknown[] {
  const told: unknown[] = [];
  engine.events$.subscribe(({ type, data }) => type === 'task.pruned' && told.push(data));
  return told;
}

const large = 'word '.repeat(2_000);

describe('a prune', () => {
  it('removes what it is told to, and what belonged to that', async () => {
    const directory = project();
    const engine = await open(directory);
    const told = prunedBy(engine);
    await engine.runOne(large, { id: 'good' });
    await engine.runOne('fail', { id: 'bad' });
    await engine.createTask({ input: large, id: 'open' });
    const [child] = engine.tasks({ below: 'good' });
    expect(await engine.prune({ status: ['completed'], dryRun: true })).toEqual({
      dryRun: true,
      tasks: 1,
      artifacts: 0,
      definitions: 0,
    });
    expect(ids(engine)).toEqual(['bad', 'good', 'open']);
    expect(await engine.prune({ status: ['completed'] })).toMatchObject({ dryRun: false, tasks: 1, definitions: 0 });
    expect([ids(engine), engine.tasks({ below: 'good' })]).toEqual([['bad', 'open'], []]);
    await expect(engine.showTask(child?.id ?? '')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    // The request of the removed task is that of another one, too.
    expect((await engine.showTask('open')).input).toBe(large);
    expect(await engine.prune({ ids: ['bad', 'open'] })).toMatchObject({ tasks: 1 });
    expect(ids(engine)).toEqual(['open']);
    expect(told).toEqual([
      { tasks: ['good'], below: 1, by: 'request' },
      { tasks: ['bad'], below: 0, by: 'request' },
    ]);
    expect((await engine.runTask('open')).status).toBe('completed');
  });

  it('goes by what the project says of each status when it is told nothing', async () => {
    const clock = createSimulatedClock();
    const directory = project({ retention: { completed: '2d', failed: 'keep' } });
    const engine = await open(directory, clock);
    await clock.outcomeOf(engine.runOne('good', { id: 'good' }));
    await clock.outcomeOf(engine.runOne('fail', { id: 'bad' }));
    clock.advance(2 * dayMs);
    expect((await engine.prune()).tasks).toBe(0);
    clock.advance(1_000);
    await clock.outcomeOf(engine.runOne('good', { id: 'new' }));
    expect((await engine.prune({ dryRun: true })).tasks).toBe(1);
    expect((await engine.prune()).tasks).toBe(1);
    expect(ids(engine)).toEqual(['bad', 'new']);
  });

  it('refuses to guess which tasks are meant', async () => {
    const engine = await open(project());
    await expect(engine.prune()).rejects.toMatchObject({ code: 'HOST_USAGE' });
    const memory = await Engine.fromConfigDir(project(), { host: 'memory' });
    onTestFinished(() => memory.close());
    await expect(memory.prune({ status: ['failed'] })).rejects.toMatchObject({ code: 'HOST_NO_STATE' });
  });

  it('leaves a task alone that another process holds', async () => {
    const clock = createSimulatedClock();
    const directory = project();
    const engine = await open(directory, clock);
    await clock.outcomeOf(engine.runOne('good', { id: 'good' }));
    storeOf(directory).acquire('good', currentHolder('other'), clock.now());
    expect((await engine.prune({ status: ['completed'] })).tasks).toBe(0);
    storeOf(directory).release('good', 'other');
    expect((await engine.prune({ status: ['completed'] })).tasks).toBe(1);
  });

  it('removes the memory files of the tasks, and of those below them', async () => {
    const directory = project({}, { memory: { task_store: { type: 'file_json', path: 'remembered/memory.json' } } });
    const engine = await open(directory);
    await engine.runOne('one', { id: 'one' });
    await engine.runOne('two', { id: 'two' });
    const names = (): string[] => readdirSync(path.join(directory, 'remembered')).toSorted();
    const kept = names().filter((name) => name.includes('.two'));
    expect(names().some((name) => name.startsWith('memory.one'))).toBe(true);
    expect(kept.length).toBeGreaterThan(0);
    await engine.prune({ ids: ['one'] });
    expect(names()).toEqual(kept);
    expect(existsSync(path.join(directory, '.agent-engine'))).toBe(true);
  });
});

describe('an engine whose project declares retention', () => {
  it('lets old tasks go once its first task is done, and others stay', async () => {
    const clock = createSimulatedClock();
    const directory = project({ retention: { completed: '1d' } });
    const first = await Engine.fromConfigDir(directory, { clock });
    for (const id of ['a', 'b']) await clock.outcomeOf(first.runOne('good', { id }));
    await clock.outcomeOf(first.runOne('fail', { id: 'bad' }));
    await first.close();
    clock.advance(dayMs + 1);
    const second = await open(directory, clock);
    const told = prunedBy(second);
    await second.createTask({ input: 'good', id: 'c' });
    expect(ids(second)).toEqual(['a', 'b', 'bad', 'c']);
    await clock.outcomeOf(second.runTask('c'));
    await second.close();
    expect(told).toEqual([{ tasks: ['a', 'b'], below: 2, by: 'retention' }]);
    const store = storeOf(directory);
    expect(
      store
        .tasks()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['bad', 'c']);
  });

  it('does nothing of that where nothing is declared, and hides no error of the task', async () => {
    const clock = createSimulatedClock();
    const directory = project();
    const engine = await open(directory, clock);
    await clock.outcomeOf(engine.runOne('good', { id: 'a' }));
    clock.advance(100 * dayMs);
    await clock.outcomeOf(engine.runOne('good', { id: 'b' }));
    expect(ids(engine)).toEqual(['a', 'b']);
    const refused = await engine.runTask('none').catch((error: unknown) => isEngineError(error) && error.code);
    expect(refused).toBe('TASK_NOT_FOUND');
  });
});
