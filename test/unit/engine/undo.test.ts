import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEngineError, type EngineOptions } from '../../../src/index.ts';
import { Engine } from '../../../src/index.ts';
import { onTestFinished } from 'vitest';
import { createSqliteTaskStore, currentHolder } from '../../../src/services/store/index.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

interface Write {
  readonly path: string;
  readonly text: string;
}

/** A project whose task writes these files, one after the other; the last one in a child task. */
function writingProject(writes: readonly Write[], engine: object = {}): string {
  const directory = temporaryDirectory();
  const nodes = writes.map(({ path: file, text }, at) => {
    const node = { id: `write_${at}`, type: 'tool', tool: 'write', arguments: { path: file, text } } as const;
    if (at < writes.length - 1 || at === 0) return node;
    return { id: 'last', type: 'map', items: '${{ [1] }}', node: { ...node, id: 'each' } } as const;
  });
  const edges = nodes.slice(1).map((node, at) => ({ from: nodes[at]?.id ?? '', to: node.id }));
  writeProject(directory, {
    workflow: { nodes, edges },
    engine: { permissions: { filesystem: { write: ['./out'] } }, ...engine },
    tools: { write: { type: 'filesystem.write_file', root: './out' } },
  });
  mkdirSync(path.join(directory, 'out'));
  return directory;
}

async function open(directory: string, options: EngineOptions = {}): Promise<Engine> {
  const engine = await Engine.fromConfigDir(directory, options);
  onTestFinished(() => engine.close());
  return engine;
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return isEngineError(error) ? error.code : error;
  }
}

const storeOf = (directory: string): ReturnType<typeof createSqliteTaskStore> => {
  const store = createSqliteTaskStore({
    file: path.join(directory, '.agent-engine', 'state.sqlite'),
    durability: 'process',
  });
  onTestFinished(() => store.close());
  return store;
};

const read = (directory: string, file: string): string | undefined => {
  const place = path.join(directory, 'out', file);
  return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
};

const twice = [
  { path: 'a.txt', text: 'one' },
  { path: 'new/deep/b.txt', text: 'made' },
  { path: 'a.txt', text: 'two' },
];

describe('an undo', () => {
  it('puts back what a task and its child tasks changed, and removes what they made', async () => {
    const directory = writingProject(twice);
    writeFileSync(path.join(directory, 'out/a.txt'), 'before');
    const engine = await open(directory);
    const { status } = await engine.runOne('go', { id: 'task' });
    expect([status, read(directory, 'a.txt'), read(directory, 'new/deep/b.txt')]).toEqual(['completed', 'two', 'made']);
    const files = [
      { path: 'out/a.txt', action: 'restore' },
      { path: 'out/new/deep/b.txt', action: 'remove' },
    ];
    expect(await engine.undoTask('task', { dryRun: true })).toEqual({
      taskId: 'task',
      dryRun: true,
      files,
      conflicts: [],
    });
    expect(read(directory, 'a.txt')).toBe('two');
    expect(await engine.undoTask('task')).toEqual({ taskId: 'task', dryRun: false, files, conflicts: [] });
    expect([read(directory, 'a.txt'), existsSync(path.join(directory, 'out/new'))]).toEqual(['before', false]);
    expect(await engine.undoTask('task')).toEqual({ taskId: 'task', dryRun: false, files: [], conflicts: [] });
  });

  it('takes back what one child task changed alone', async () => {
    const directory = writingProject(twice);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    const [child] = engine.tasks({ below: 'task' });
    const { files } = await engine.undoTask(child?.id ?? '');
    expect([files, read(directory, 'a.txt')]).toEqual([[{ path: 'out/a.txt', action: 'restore' }], 'one']);
    await engine.undoTask('task');
    expect(read(directory, 'a.txt')).toBe(undefined);
  });

  it('undoes nothing at all when one file is not as the task left it, and lists all of these', async () => {
    const directory = writingProject([...twice, { path: 'c.txt', text: 'c' }]);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    writeFileSync(path.join(directory, 'out/a.txt'), 'edited');
    rmSync(path.join(directory, 'out/c.txt'));
    writeFileSync(path.join(directory, 'out/c.txt'), 'edited, too');
    const message = 'It is not as the task left it.';
    await expect(engine.undoTask('task')).rejects.toMatchObject({
      code: 'TASK_UNDO_CONFLICT',
      details: {
        task: 'task',
        conflicts: [
          { path: 'out/c.txt', reason: 'changed', message },
          { path: 'out/a.txt', reason: 'changed', message },
        ],
      },
    });
    expect([read(directory, 'a.txt'), read(directory, 'new/deep/b.txt')]).toEqual(['edited', 'made']);
    const { conflicts } = await engine.undoTask('task', { dryRun: true });
    expect(conflicts.map(({ path: file }) => file)).toEqual(['out/c.txt', 'out/a.txt']);
    const forced = await engine.undoTask('task', { force: true });
    expect(forced.files.map(({ action }) => action)).toEqual(['remove', 'remove', 'remove']);
    expect([read(directory, 'a.txt'), read(directory, 'c.txt')]).toEqual([undefined, undefined]);
  });

  it('gives back bytes that are no text, an empty file, and the mode of a file', async () => {
    const names = ['bytes', 'zero', 'empty', 'mark'];
    const contents = [Buffer.from([0xff, 0xfe, 0, 1]), Buffer.from('a\0b'), Buffer.alloc(0), Buffer.from('\uFEFFmark')];
    const directory = writingProject(names.map((name) => ({ path: name, text: 'written' })));
    for (const [at, name] of names.entries()) writeFileSync(path.join(directory, 'out', name), contents[at] ?? '');
    chmodSync(path.join(directory, 'out/bytes'), 0o640);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    expect(read(directory, 'bytes')).toBe('written');
    await engine.undoTask('task');
    expect(names.map((name) => readFileSync(path.join(directory, 'out', name)))).toEqual(contents);
    expect(statSync(path.join(directory, 'out/bytes')).mode % 0o1000).toBe(0o640);
  });

  it('says so when what was in a file was too large to keep, and leaves that file alone with force', async () => {
    const directory = writingProject(
      [
        { path: 'large', text: 'x' },
        { path: 'small', text: 'x' },
      ],
      { limits: { max_value_bytes: 1_024 } },
    );
    writeFileSync(path.join(directory, 'out/large'), 'y'.repeat(1_025));
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    expect(await codeOf(engine.undoTask('task'))).toBe('TASK_UNDO_CONFLICT');
    expect(read(directory, 'small')).toBe('x');
    const conflicts = [{ path: 'out/large', reason: 'not_kept', message: 'What was in it before was not kept.' }];
    expect(await engine.undoTask('task', { force: true })).toMatchObject({ files: [{ path: 'out/small' }], conflicts });
    expect([read(directory, 'large'), read(directory, 'small')]).toEqual(['x', undefined]);
    expect(await engine.undoTask('task', { dryRun: true })).toMatchObject({ files: [], conflicts });
  });

  it.skipIf(process.platform === 'win32')('goes through no link that leads out of the root now', async () => {
    const directory = writingProject([{ path: 'sub/a.txt', text: 'one' }]);
    const outside = temporaryDirectory();
    writeFileSync(path.join(outside, 'a.txt'), 'one');
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    rmSync(path.join(directory, 'out/sub'), { recursive: true });
    symlinkSync(outside, path.join(directory, 'out/sub'));
    for (const force of [false, true]) {
      const found = await engine.undoTask('task', { dryRun: true, force });
      expect(found.conflicts).toMatchObject([{ path: 'out/sub/a.txt', reason: 'refused' }]);
      await codeOf(engine.undoTask('task', { force }));
    }
    expect(readFileSync(path.join(outside, 'a.txt'), 'utf8')).toBe('one');
  });

  it('keeps a directory that the task made when something else is in it', async () => {
    const directory = writingProject([{ path: 'new/deep/b.txt', text: 'made' }]);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    writeFileSync(path.join(directory, 'out/new/mine.txt'), 'mine');
    await engine.undoTask('task');
    expect([existsSync(path.join(directory, 'out/new/deep')), read(directory, 'new/mine.txt')]).toEqual([
      false,
      'mine',
    ]);
  });

  it('is refused while somebody is at work on the task, and needs no lease to say what it would do', async () => {
    const directory = writingProject(twice);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    const store = storeOf(directory);
    store.acquire('task', currentHolder('other'), Date.now());
    expect(await codeOf(engine.undoTask('task'))).toBe('TASK_BUSY');
    expect((await engine.undoTask('task', { dryRun: true })).files.length).toBe(2);
    store.release('task', 'other');
    expect((await engine.undoTask('task')).files.length).toBe(2);
    expect(store.acquire('task', currentHolder('other'), Date.now())).toBe(true);
  });

  it('passes over a change that was recorded and never made', async () => {
    const directory = writingProject(twice);
    writeFileSync(path.join(directory, 'out/a.txt'), 'before');
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    const [last] = storeOf(directory).changes('task', { below: true });
    if (last === undefined) throw new Error('Nothing was recorded.');
    const { id: _, ...change } = last;
    storeOf(directory).saveChange({ ...change, before: change.after, after: 'never' }, []);
    await engine.undoTask('task');
    expect(read(directory, 'a.txt')).toBe('before');
  });

  it('ends what an undo began that was killed on its way', async () => {
    const directory = writingProject(twice);
    writeFileSync(path.join(directory, 'out/a.txt'), 'before');
    const engine = await open(directory);
    await engine.runOne('go', { id: 'task' });
    writeFileSync(path.join(directory, 'out/a.txt'), 'before');
    rmSync(path.join(directory, 'out/new/deep/b.txt'));
    const { files } = await engine.undoTask('task');
    expect(files.map(({ action }) => action)).toEqual(['keep', 'keep']);
    expect(existsSync(path.join(directory, 'out/new'))).toBe(false);
    expect((await engine.undoTask('task')).files).toEqual([]);
  });

  it('is not there for tasks that are kept in memory, nor for those that nobody knows', async () => {
    const directory = writingProject(twice);
    const memory = await open(directory, { host: 'memory' });
    await memory.runOne('go', { id: 'task' });
    expect(await codeOf(memory.undoTask('task'))).toBe('HOST_NO_STATE');
    const local = await open(directory);
    expect(await codeOf(local.undoTask('none'))).toBe('TASK_NOT_FOUND');
  });

  it('finds no change that a dry run only looked at, or that left the file as it was', async () => {
    const directory = writingProject([{ path: 'a.txt', text: 'one' }]);
    const engine = await open(directory);
    await engine.runOne('go', { id: 'dry', mode: 'dry_run' });
    writeFileSync(path.join(directory, 'out/a.txt'), 'one');
    await engine.runOne('go', { id: 'same' });
    expect([await engine.undoTask('dry'), await engine.undoTask('same')]).toMatchObject([{ files: [] }, { files: [] }]);
  });
});
