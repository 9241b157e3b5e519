import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createFileStore,
  createSqliteStore,
  type MemoryItem,
  type MemoryStore,
  type Quarantine,
} from '../../src/services/memory/index.ts';
import { itemOf, rejectionOf } from './memory-store.ts';

function nextVersion(current: MemoryItem | undefined): MemoryItem {
  return itemOf('a', { metadata: { version: Number(current?.metadata['version'] ?? 0) + 1 } });
}

const creators = { createFileStore, createSqliteStore } as const;
const storeModule = path.resolve(import.meta.dirname, '../../src/services/memory/index.ts');

export interface FileContract {
  readonly creator: keyof typeof creators;
  /** Makes those entries of a file that nobody has open unreadable. */
  readonly damage: (file: string, ids: readonly string[]) => void;
}

const idsIn = async (store: MemoryStore): Promise<string[]> =>
  (await store.query({ policy: 'recency' })).map((item) => item.id);

const found = async (store: MemoryStore, text: string): Promise<string[]> =>
  (await store.query({ policy: 'keyword', text })).map((item) => item.id);

/** What every store that keeps a file has to do beyond the contract of memory stores. */
export function memoryFileContract({ creator, damage }: FileContract): void {
  let directory = '';
  let file = '';
  let quarantined: Quarantine[] = [];
  let opened: MemoryStore[] = [];

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'memory-file-'));
    file = path.join(directory, 'memory.store');
    quarantined = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    opened = [];
    rmSync(directory, { recursive: true, force: true });
  });
  const open = (): MemoryStore => {
    const store = creators[creator]({ file, now: () => 0, onQuarantine: (fact) => quarantined.push(fact) });
    opened.push(store);
    return store;
  };
  const start = (body: string) =>
    spawnProgram(`
    import { ${creator} } from ${JSON.stringify(storeModule)};
    import { writeSync } from 'node:fs';
    const store = ${creator}({ file: ${JSON.stringify(file)} });
    const itemOf = (id, content = 'content') => ({ ...${JSON.stringify(itemOf('x'))}, id, content });
    ${body}`);
  const run = async (body: string): Promise<void> => {
    expect(await once(start(body), 'exit')).toEqual([0, null]);
  };

  it('creates nothing until there is something to keep, and then the directories that lead to it', async () => {
    file = path.join(directory, 'deep', 'er', 'memory.store');
    const store = open();
    expect([await idsIn(store), await store.get('a')]).toEqual([[], undefined]);
    expect(readdirSync(directory)).toEqual([]);
    await store.append([itemOf('a')]);
    expect(await idsIn(open())).toEqual(['a']);
  });

  it('has everything in the file when it is closed', async () => {
    const store = open();
    const write = store.append([itemOf('a'), itemOf('b')]);
    await store.close();
    await write;
    expect(await open().query({ policy: 'recency' })).toEqual([itemOf('a'), itemOf('b')]);
  });

  it('sees what another store on the same file writes, replaces and removes', async () => {
    const [first, second] = [open(), open()];
    await first.append([itemOf('a', { content: 'red' }), itemOf('b', { content: 'red' })]);
    expect(await found(second, 'red green blue')).toEqual(['a', 'b']);
    await first.append([itemOf('a', { content: 'green' }), itemOf('c', { content: 'blue' })]);
    expect([await found(second, 'green'), await found(second, 'red')]).toEqual([['a'], ['b']]);
    await second.append([itemOf('d', { content: 'red' })]);
    await first.delete('b');
    expect([await found(first, 'red'), await found(second, 'red')]).toEqual([['d'], ['d']]);
    expect(await second.get('b')).toBe(undefined);
    expect(await second.stats()).toEqual({ items: 3, tokens: 30, forgotten: 0 });
  });

  it('sees what another process writes, in an index that is there already', async () => {
    const store = open();
    await store.append([itemOf('a', { content: 'alpha' }), itemOf('b', { content: 'alpha' })]);
    expect(await found(store, 'alpha')).toEqual(['a', 'b']);
    await run(`await store.append([itemOf('c', 'alpha')]); await store.delete('a'); await store.close();`);
    expect(await found(store, 'alpha')).toEqual(['b', 'c']);
    expect((await store.query({ policy: 'hybrid', text: 'alpha' })).map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('starts again when the file was deleted', async () => {
    const store = open();
    await store.append([itemOf('a')]);
    for (const name of readdirSync(directory)) rmSync(path.join(directory, name));
    expect(await idsIn(store)).toEqual([]);
    await store.append([itemOf('b')]);
    expect(await idsIn(store)).toEqual(['b']);
  });

  it('keeps what each of several processes writes', async () => {
    const body = 'for (let i = 1; i <= 15; i += 1) await store.append([itemOf(`${process.pid}-${i}`)]);';
    const children = Array.from({ length: 4 }, () => start(body));
    expect(await Promise.all(children.map((child) => once(child, 'exit')))).toEqual(children.map(() => [0, null]));
    expect(await open().stats()).toEqual({ items: 60, tokens: 600, forgotten: 0 });
  });

  it.each([0, 3, 11])(
    'keeps what was acknowledged, and all or nothing of a write that is killed, %i ms in',
    async (ms) => {
      const child = start(`
      for (let i = 1; ; i += 1) {
        await store.append(Array.from({ length: 200 }, (_, item) => itemOf(i + '-' + item, 'x'.repeat(2_000))));
        writeSync(1, i + '\\n');
      }`);
      const exit = once(child, 'exit');
      let last = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        last = Number(line);
        if (last === 5) setTimeout(() => child.kill('SIGKILL'), ms);
      }
      await exit;
      const store = open();
      await store.append([itemOf('after')]);
      const ids = (await idsIn(store)).filter((id) => id !== 'after');
      const writes = new Set(ids.map((id) => id.split('-')[0]));
      expect(writes.size).toBeGreaterThanOrEqual(last);
      expect(ids).toHaveLength(writes.size * 200);
      expect(quarantined).toEqual([]);
    },
  );

  it('revises an item for several stores at a time, one after the other', async () => {
    const stores = [open(), open(), open()];
    await Promise.all([...stores, ...stores, ...stores].map((store) => store.revise('a', nextVersion)));
    expect((await open().get('a'))?.metadata).toEqual({ version: 9 });
  });

  it('puts entries that hold no item aside, tells of it once, and keeps the rest', async () => {
    const store = open();
    await store.append(['a', 'b', 'c', 'd'].map((id) => itemOf(id)));
    await store.close();
    damage(file, ['b', 'd']);
    const [first, second] = [open(), open()];
    expect(await Promise.all([idsIn(first), idsIn(second)])).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ]);
    const copy = `${file}.corrupt-1970-01-01T00-00-00.000Z`;
    expect(quarantined).toEqual([{ file, copy, problem: '2 of its items are not valid', kept: 2 }]);
    expect(readdirSync(directory).filter((name) => name.includes('corrupt'))).toEqual([path.basename(copy)]);
    await first.append([itemOf('b')]);
    expect([await second.get('b'), await second.get('d')]).toEqual([itemOf('b'), undefined]);
    expect(await idsIn(open())).toEqual(['a', 'b', 'c']);
  });

  it('puts such entries aside once, under one name, however many find them at a time', async () => {
    const copies = [];
    for (let round = 0; round < 10; round += 1) {
      const writer = open();
      await writer.append([itemOf('a'), itemOf('b')]);
      await writer.close();
      damage(file, ['b']);
      const inAll = await Promise.all(Array.from({ length: 6 }, () => idsIn(open())));
      expect(inAll).toEqual(inAll.map(() => ['a']));
      const names = readdirSync(directory).filter((name) => name.includes('corrupt'));
      for (const name of names) rmSync(path.join(directory, name));
      copies.push(...names);
    }
    expect(copies).toEqual(Array(10).fill('memory.store.corrupt-1970-01-01T00-00-00.000Z'));
    expect(quarantined).toHaveLength(10);
  });

  it('puts a file aside that holds garbage, and goes on with an empty one', async () => {
    const garbage = Buffer.from('neither one thing nor the other\n'.repeat(200));
    for (const content of [garbage, Buffer.alloc(8_192), Buffer.from([0xff, 0x00, 0x41])]) {
      writeFileSync(file, content);
      expect(await idsIn(open())).toEqual([]);
      await open().append([itemOf('a')]);
    }
    expect(quarantined.map(({ kept }) => kept)).toEqual([0, 0, 0]);
    expect(await idsIn(open())).toEqual(['a']);
  });

  it('is refused when it is a directory', async () => {
    mkdirSync(file);
    expect((await rejectionOf(open().get('a')))?.code).toBe('MEMORY_STORE_UNREADABLE');
  });

  it('holds a hundred thousand items', { timeout: 120_000 }, async () => {
    const items = Array.from({ length: 100_000 }, (_, index): MemoryItem => {
      return itemOf(`item-${index}`, { timestamp: index, content: `number ${index}` });
    });
    await open().append(items);
    const store = open();
    expect(await store.stats()).toEqual({ items: 100_000, tokens: 1_000_000, forgotten: 0 });
    expect(await store.query({ policy: 'recency', limit: 2 })).toEqual([items[99_999], items[99_998]]);
    expect(await found(store, '77777')).toEqual(['item-77777']);
    await store.append([itemOf('one-more')]);
    expect(await store.get('item-5')).toEqual(items[5]);
    expect(await store.delete('item-5')).toBe(true);
    expect(await open().stats()).toEqual({ items: 100_000, tokens: 1_000_000, forgotten: 0 });
  });
}

function spawnProgram(script: string) {
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}
