import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteTaskStore, currentHolder, type TaskStore } from '../../../../src/services/store/index.ts';
import { taskStorePartsContract, taskStorePruneContract } from '../../../contract/task-store-parts.ts';
import { commitAt, taskAt, taskStoreContract, thrownBy } from '../../../contract/task-store.ts';

let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'task-store-'));
  file = path.join(directory, 'state.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const openStore = (): TaskStore => createSqliteTaskStore({ file, durability: 'process' });

const seqs = (store: TaskStore): number[] => store.journal('task-1').map((entry) => entry.seq);

describe.each(['full', 'process'] as const)('a task store in a file, durability %s', (durability) => {
  const createStore = (): TaskStore => createSqliteTaskStore({ file, durability });
  taskStoreContract(createStore);
  taskStorePartsContract(createStore);
  taskStorePruneContract(createStore);
});

describe('a state file', () => {
  it('keeps everything when it is closed and opened again', () => {
    const first = openStore();
    first.commit({ ...commitAt(1), artifacts: [{ hash: 'a', text: '1' }] });
    first.saveDefinition('d', '{}');
    first.close();
    const second = openStore();
    expect([second.task('task-1'), second.artifact('a'), second.definition('d')]).toEqual([taskAt(1), '1', '{}']);
    second.close();
  });

  it('is shared by two connections, each of which sees what the other commits', () => {
    const first = openStore();
    const second = openStore();
    first.commit(commitAt(1));
    second.commit(commitAt(2));
    expect(seqs(first)).toEqual([1, 2]);
    expect(thrownBy(() => first.commit(commitAt(2)))?.code).toBe('TASK_BUSY');
    first.commit(commitAt(3));
    expect(second.task('task-1')).toEqual(taskAt(3));
    first.close();
    second.close();
  });

  it('loses nothing but the torn end when its log is cut off', () => {
    const store = openStore();
    for (const seq of [1, 2, 3]) store.commit(commitAt(seq));
    const wal = readFileSync(`${file}-wal`);
    const database = readFileSync(file);
    store.close();
    writeFileSync(file, database);
    writeFileSync(`${file}-wal`, wal.subarray(0, wal.length - 100));
    const reopened = openStore();
    expect(seqs(reopened)).toEqual([1, 2]);
    reopened.commit(commitAt(3));
    expect(seqs(reopened)).toEqual([1, 2, 3]);
    reopened.close();
  });

  it.each([
    ['text', Buffer.from('tasks: none\n'.repeat(500))],
    ['one byte', Buffer.from('x')],
    ['zeros', Buffer.alloc(8_192)],
    ['a cut header', Buffer.from('SQLite format 3\0\u0010\0')],
  ])('is refused and left alone when it holds %s', (_, content) => {
    writeFileSync(file, content);
    expect(thrownBy(openStore)?.code).toBe('STORE_UNREADABLE');
    expect(readFileSync(file)).toEqual(content);
  });

  it('is refused and left alone when it belongs to another program', () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE task (title TEXT)');
    other.close();
    const content = readFileSync(file);
    expect(thrownBy(openStore)).toEqual({
      code: 'STORE_UNREADABLE',
      message: `"${file}" is the database of another program, so no state can be kept there.`,
      details: { file },
    });
    expect(readFileSync(file)).toEqual(content);
  });

  it('is refused and left alone when a newer version wrote it', () => {
    openStore().close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 7');
    newer.close();
    expect(thrownBy(openStore)).toEqual({
      code: 'STORE_VERSION_UNKNOWN',
      message: `The state file "${file}" has version 7; this engine knows versions up to 3.`,
      details: { file, version: 7 },
    });
    const again = new DatabaseSync(file);
    expect({ ...again.prepare('PRAGMA user_version').get() }).toEqual({ user_version: 7 });
    again.close();
  });

  it('answers with a clear error wherever it is cut or damaged', () => {
    const store = openStore();
    for (let seq = 1; seq <= 200; seq += 1) store.commit(commitAt(seq));
    store.close();
    const whole = readFileSync(file);
    const codes = new Set<unknown>();
    for (let damage = 1; damage < 40; damage += 1) {
      const place = Math.floor((whole.length * damage) / 40);
      writeFileSync(file, whole);
      if (damage % 2 === 0) truncateSync(file, place);
      else writeFileSync(file, Buffer.from(whole).fill(0xff, place, place + 512));
      codes.add(readAll());
    }
    codes.delete(undefined);
    expect([...codes]).toEqual(['STORE_UNREADABLE']);
  });

  it('is refused when its directory is missing, or is a file, or when it is a directory itself', () => {
    writeFileSync(path.join(directory, 'plain'), '');
    mkdirSync(path.join(directory, 'folder'));
    const codes = ['missing/state.db', 'plain/state.db', 'folder'].map((name) =>
      thrownBy(() => createSqliteTaskStore({ file: path.join(directory, name), durability: 'full' })),
    );
    const missing = path.join(directory, 'missing');
    expect(codes.map((thrown) => thrown?.code)).toEqual(['STORE_UNWRITABLE', 'STORE_UNWRITABLE', 'STORE_UNREADABLE']);
    expect(codes[0]?.message).toBe(`The directory "${missing}" of the state file does not exist.`);
  });

  it('brings out no warning of Node when it is opened', () => {
    const script = `import { createSqliteTaskStore } from ${JSON.stringify(storeModule)};
      createSqliteTaskStore({ file: ${JSON.stringify(file)}, durability: 'full' }).close();
      process.emitWarning('Other warnings stay.');`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    expect(output.toString()).toBe('');
    expect(statSync(file).isFile()).toBe(true);
  });
});

describe('a lease of a process', () => {
  it('is kept while the process lives', () => {
    const store = openStore();
    store.acquire('task-1', currentHolder('first'), 0);
    expect(store.acquire('task-1', currentHolder('second'), 1)).toBe(false);
    store.close();
  });

  it('is taken over at once when the process is gone', () => {
    const store = openStore();
    const pid = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    store.acquire('task-1', { ...currentHolder('first'), pid }, 0);
    expect(store.acquire('task-1', currentHolder('second'), 1)).toBe(true);
    store.close();
  });

  it('is taken over at once when a later process has the same pid', () => {
    const store = openStore();
    store.acquire('task-1', { ...currentHolder('first'), started: 'earlier' }, 0);
    expect(store.acquire('task-1', currentHolder('second'), 1)).toBe(currentHolder('x').started !== undefined);
    store.close();
  });

  it('is kept when the process lives on another host, where nobody can look', () => {
    const store = openStore();
    store.acquire('task-1', { ...currentHolder('first'), host: 'elsewhere', started: 'earlier' }, 0);
    expect(store.acquire('task-1', currentHolder('second'), 1)).toBe(false);
    store.close();
  });
});

const storeModule = path.resolve(import.meta.dirname, '../../../../src/services/store/index.ts');

function readAll(): unknown {
  let store: TaskStore | undefined;
  const thrown = thrownBy(() => {
    store = openStore();
    store.task('task-1');
    store.tasks();
    store.journal('task-1');
  });
  store?.close();
  return thrown === undefined ? undefined : thrown.code;
}
