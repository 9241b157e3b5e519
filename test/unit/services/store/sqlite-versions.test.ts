import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteTaskStore, type TaskStore } from '../../../../src/services/store/index.ts';
import { commitAt, pruned } from '../../../contract/task-store.ts';

let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'task-versions-'));
  file = path.join(directory, 'state.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const openStore = (): TaskStore => createSqliteTaskStore({ file, durability: 'process' });

/** A file as the first version made it. */
function writeVersionOne(rows: string): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE task (
      id TEXT PRIMARY KEY, definition TEXT NOT NULL, status TEXT NOT NULL,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, seq INTEGER NOT NULL, row TEXT NOT NULL
    ) STRICT;
    CREATE INDEX task_created_at ON task (created_at);
    CREATE TABLE journal (
      task TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (task, seq)
    ) STRICT;
    CREATE TABLE artifact (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    CREATE TABLE definition (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    CREATE TABLE lease (
      task TEXT PRIMARY KEY, holder TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT,
      renewed_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lease_holder ON lease (holder);
    ${rows}
    PRAGMA application_id = 1097287022; PRAGMA user_version = 1;`);
  database.close();
}

const oldRows = `INSERT INTO task VALUES
    ('done', 'd', 'completed', 10, 20, 2, '{"v":1,"seq":2}'), ('done/map.0', 'd', 'completed', 11, 19, 0, '{"v":1,"seq":0}'),
    ('open', 'd', 'waiting', 30, 40, 0, '{"v":1,"seq":0}'), ('broken', 'd', 'running', 5, 5, 0, 'x');
  INSERT INTO journal VALUES
    ('done', 0, 10, '{"kind":"created","pipeline":"long","mode":"dry_run","input":{"artifact":"in","bytes":9}}'),
    ('done', 1, 15, '{"kind":"result","output":{"artifact":"out","bytes":9}}'),
    ('done', 2, 20, '{"kind":"result","output":{"value":"\\"artifact\\""}}'),
    ('done/map.0', 0, 11, '{"kind":"created","mode":"dry_run","pipeline":"part","input":{"value":1},"frame":{"item":{"artifact":"item","bytes":9}}}'),
    ('open', 0, 30, '{"kind":"created","mode":"normal","pipeline":"long","input":{"artifact":"in","bytes":9}}'),
    ('broken', 0, 5, 'no JSON that names an "artifact"');
  INSERT INTO artifact VALUES ('in', '"in"'), ('out', '"out"'), ('item', '"item"');
  INSERT INTO definition VALUES ('d', '{}');
  INSERT INTO lease VALUES ('open', 'h', 'elsewhere', 1, NULL, 40);`;

describe('a state file of version 1', () => {
  it('is brought forward with everything that is in it', () => {
    writeVersionOne(oldRows);
    const store = openStore();
    expect(store.task('done')).toEqual({
      id: 'done',
      definition: 'd',
      status: 'completed',
      mode: 'dry_run',
      pipeline: 'long',
      created_at: 10,
      updated_at: 20,
      seq: 2,
      row: '{"v":1,"seq":2}',
      row_seq: 2,
    });
    expect(store.tasks().map(({ id, mode, pipeline }) => [id, mode, pipeline])).toEqual([
      ['open', 'normal', 'long'],
      ['done', 'dry_run', 'long'],
      ['broken', '', ''],
    ]);
    expect(store.tasks({ below: 'done' }).map(({ pipeline }) => pipeline)).toEqual(['part']);
    expect(store.journal('done', 1)).toEqual([
      { seq: 2, at: 20, text: String.raw`{"kind":"result","output":{"value":"\"artifact\""}}` },
    ]);
    expect(store.acquire('open', { id: 'other', host: 'elsewhere', pid: 2 }, 41)).toBe(false);
    store.commit(commitAt(3, { id: 'done' }));
    expect(store.task('done')?.row_seq).toBe(3);
    store.close();
  });

  it('knows after that which artifacts its tasks refer to', () => {
    writeVersionOne(oldRows);
    const store = openStore();
    expect(pruned(store, { now: 50 })).toEqual({
      tasks: ['done'],
      below: ['done/map.0'],
      artifacts: 2,
      definitions: 0,
    });
    expect(['in', 'out', 'item'].map((hash) => store.artifact(hash))).toEqual(['"in"', undefined, undefined]);
    expect([store.definition('d'), store.tasks().map(({ id }) => id)]).toEqual(['{}', ['open', 'broken']]);
    store.close();
  });

  it('is brought forward once, by whoever opens it first', () => {
    writeVersionOne(oldRows);
    const [first, second] = [openStore(), openStore()];
    first.commit(commitAt(1));
    expect(second.task('task-1')?.seq).toBe(1);
    first.close();
    second.close();
    const database = new DatabaseSync(file);
    expect({ ...database.prepare('PRAGMA user_version').get() }).toEqual({ user_version: 3 });
    expect({ ...database.prepare('PRAGMA integrity_check').get() }).toEqual({ integrity_check: 'ok' });
    database.close();
  });

  it('stays as it was when it cannot be brought forward', () => {
    writeVersionOne(`${oldRows} CREATE TABLE signal (mine TEXT);`);
    expect(openStore).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }));
    const database = new DatabaseSync(file);
    expect({ ...database.prepare('PRAGMA user_version').get() }).toEqual({ user_version: 1 });
    expect(database.prepare('SELECT count(row) AS count FROM task').get()?.['count']).toBe(4);
    database.close();
  });
});
