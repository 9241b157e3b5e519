import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore, type MemoryStore, type Quarantine } from '../../../../src/services/memory/index.ts';
import { memoryFileContract } from '../../../contract/memory-file.ts';
import { itemOf, memoryStoreContract, rejectionOf } from '../../../contract/memory-store.ts';

let directory = '';
let file = '';
let quarantined: Quarantine[] = [];
let opened: MemoryStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'memory-sqlite-'));
  file = path.join(directory, 'memory.sqlite');
  quarantined = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  rmSync(directory, { recursive: true, force: true });
});

const open = (options: { maxMessages?: number } = {}): MemoryStore => {
  const store = createSqliteStore({
    file,
    now: () => 0,
    onQuarantine: (fact) => quarantined.push(fact),
    ...options,
  });
  opened.push(store);
  return store;
};

const idsIn = async (store: MemoryStore): Promise<string[]> =>
  (await store.query({ policy: 'recency' })).map((item) => item.id);

function withDatabase(work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  work(database);
  database.close();
}

const textOf = (id: string): string => JSON.stringify(itemOf(id));

describe('a memory store in SQLite', () => {
  memoryStoreContract(open);

  it('puts damaged rows aside as they were', async () => {
    await open().append([itemOf('a'), itemOf('b'), itemOf('c')]);
    withDatabase((database) => {
      database.exec(`UPDATE items SET item = '{"id":"b"' WHERE id = 'b'`);
      database.exec(`UPDATE items SET item = replace(item, '"c"', '"other"') WHERE id = 'c'`);
    });
    expect(await idsIn(open())).toEqual(['a']);
    const rows = readFileSync(quarantined[0]?.copy ?? '', 'utf8')
      .trim()
      .split('\n');
    expect(rows.map((row): unknown => JSON.parse(row))).toEqual([
      { seq: 2, id: 'b', text: '{"id":"b"' },
      { seq: 3, id: 'c', text: JSON.stringify({ ...itemOf('c'), id: 'other', content: 'content of c' }) },
    ]);
  });

  it('tells rows by themselves whose texts would only be sound together', async () => {
    const ids = Array.from({ length: 600 }, (_, at) => `item ${at}`);
    await open().append(ids.map((id) => itemOf(id)));
    withDatabase((database) => {
      const write = database.prepare('UPDATE items SET item = ? WHERE id = ?');
      write.run(textOf('item 7').slice(0, -2), 'item 7');
      write.run(`"more":1}},${textOf('item 8')}`, 'item 8');
      write.run(`${textOf('item 300')},${textOf('item 300')}`, 'item 300');
    });
    const sound = ids.filter((_, at) => ![7, 8, 300].includes(at));
    expect(new Set(await idsIn(open()))).toEqual(new Set(sound));
    expect(quarantined.map(({ kept }) => kept)).toEqual([sound.length]);
  });

  it('finds a damaged row also when it is asked for by id, and when its index is there', async () => {
    const store = open();
    await store.append([itemOf('a'), itemOf('b')]);
    expect(await idsIn(store)).toEqual(['a', 'b']);
    withDatabase((database) => {
      database.exec(`DELETE FROM items WHERE id = 'b'; INSERT INTO items (id, item) VALUES ('b', 'torn')`);
    });
    expect(await store.get('b')).toBe(undefined);
    expect(await idsIn(store)).toEqual(['a']);
    expect(quarantined.map(({ kept }) => kept)).toEqual([1]);
  });

  it('saves what it can of a file that lost its end', async () => {
    const items = Array.from({ length: 400 }, (_, index) => itemOf(`i${index}`, { content: 'x'.repeat(500) }));
    const store = open();
    await store.append(items);
    await store.close();
    truncateSync(file, Math.floor(statSync(file).size / 8_192) * 4_096);
    const ids = await idsIn(open());
    expect(quarantined.map(({ problem, kept }) => ({ problem, kept }))).toEqual([
      { problem: 'it is no sound SQLite database', kept: ids.length },
    ]);
    expect(ids.length).toBeGreaterThan(50);
    await open().append([itemOf('new')]);
    expect(await open().get('new')).toEqual(itemOf('new'));
  });
});

describe('a memory file in SQLite', () => {
  memoryFileContract({
    creator: 'createSqliteStore',
    damage: (place, ids) => {
      const database = new DatabaseSync(place);
      for (const id of ids) database.prepare(`UPDATE items SET item = substr(item, 9) WHERE id = ?`).run(id);
      database.close();
    },
  });
});

async function refusal(): Promise<unknown[]> {
  const rejections = [await rejectionOf(open().get('a')), await rejectionOf(open().append([itemOf('a')]))];
  expect(rejections.map((rejection) => rejection?.code)).toEqual([1, 2].map(() => 'MEMORY_STORE_UNREADABLE'));
  expect(quarantined).toEqual([]);
  return [...new Set(rejections.map((rejection) => rejection?.message))];
}

describe('a file that is not to be written over', () => {
  it('is refused when it is the database of another program', async () => {
    withDatabase((database) => {
      database.exec('CREATE TABLE mine (x)');
    });
    expect(await refusal()).toEqual([`The file "${file}" is the database of another program.`]);
  });

  it('is refused when it is of a newer version', async () => {
    await open().append([itemOf('a')]);
    withDatabase((database) => {
      database.exec('PRAGMA user_version = 2');
    });
    expect(await refusal()).toEqual([`The memory file "${file}" has version 2; this engine knows versions up to 1.`]);
  });

  it('is refused when it is the JSON of a memory', async () => {
    writeFileSync(file, '{"v":1,"items":[]}');
    expect(await refusal()).toEqual([`The file "${file}" is the JSON of a memory, not a database.`]);
    expect(readFileSync(file, 'utf8')).toBe('{"v":1,"items":[]}');
  });
});
