import { mkdirSync, mkdtempSync, promises, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileStore, type MemoryStore, type Quarantine } from '../../../../src/services/memory/index.ts';
import { memoryFileContract } from '../../../contract/memory-file.ts';
import { itemOf, memoryStoreContract, rejectionOf } from '../../../contract/memory-store.ts';

let directory = '';
let file = '';
let quarantined: Quarantine[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'memory-store-'));
  file = path.join(directory, 'memory.json');
  quarantined = [];
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const openStore = (): MemoryStore =>
  createFileStore({ file, now: () => 0, onQuarantine: (quarantine) => quarantined.push(quarantine) });

const idsIn = async (store: MemoryStore): Promise<string[]> =>
  (await store.query({ policy: 'recency' })).map((item) => item.id);

const copyOf = (count = ''): string => `${file}.corrupt-1970-01-01T00-00-00.000Z${count}`;

const contentOf = (...ids: string[]): string =>
  `{"v":1,"items":[\n${ids.map((id) => JSON.stringify(itemOf(id))).join(',\n')}\n]}\n`;

describe('a memory store in a file', () => {
  memoryStoreContract((options) => createFileStore({ file, ...options }));

  it('writes one item a line', async () => {
    await openStore().append([itemOf('a'), itemOf('b')]);
    expect(readFileSync(file, 'utf8')).toBe(contentOf('a', 'b'));
  });

  it('takes an empty file and one with a byte order mark as they are', async () => {
    writeFileSync(file, '');
    expect(await idsIn(openStore())).toEqual([]);
    writeFileSync(file, `\uFEFF${contentOf('a')}`);
    expect(await idsIn(openStore())).toEqual(['a']);
    expect(quarantined).toEqual([]);
  });
});

describe('a damaged memory file', () => {
  it('gives what is whole when it is torn, and is put aside as it was', async () => {
    const torn = contentOf('a', 'b', 'c').slice(0, -40);
    writeFileSync(file, torn);
    expect(await idsIn(openStore())).toEqual(['a', 'b']);
    expect(readFileSync(copyOf(), 'utf8')).toBe(torn);
    expect(readFileSync(file, 'utf8')).toBe(contentOf('a', 'b'));
    expect(quarantined).toEqual([{ file, copy: copyOf(), problem: 'it is not well-formed JSON', kept: 2 }]);
  });

  it('gives the valid items when others are not', async () => {
    const bad = [{ ...itemOf('x'), importance: 2 }, { id: 'y' }, null, { ...itemOf('z'), typo: 1 }];
    const text = JSON.stringify({ v: 1, items: [itemOf('a'), ...bad] });
    writeFileSync(file, text);
    await openStore().append([itemOf('b')]);
    expect(readFileSync(copyOf(), 'utf8')).toBe(text);
    expect(readFileSync(file, 'utf8')).toBe(contentOf('a', 'b'));
    expect(quarantined).toEqual([{ file, copy: copyOf(), problem: '4 of its items are not valid', kept: 1 }]);
  });

  it.each([
    ['garbage', Buffer.from([0xff, 0xfe, 0x00, 0x41])],
    ['zeros', Buffer.alloc(4_096)],
  ])('is put aside byte by byte when it holds %s', async (_, content) => {
    writeFileSync(file, content);
    expect(await idsIn(openStore())).toEqual([]);
    expect(readFileSync(copyOf())).toEqual(content);
    expect(quarantined.map(({ kept }) => kept)).toEqual([0]);
  });

  it('never takes the place of one that was put aside before', async () => {
    for (const text of ['{1', '{2', '{3']) {
      writeFileSync(file, text);
      await idsIn(openStore());
    }
    const copies = ['', '-2', '-3'].map((count) => readFileSync(copyOf(count), 'utf8'));
    expect(copies).toEqual(['{1', '{2', '{3']);
  });

  it('is put aside once when several stores find it at the same time', async () => {
    writeFileSync(file, contentOf('a', 'b').slice(0, -30));
    const stores = [openStore(), openStore(), openStore()];
    expect(await Promise.all(stores.map((store) => idsIn(store)))).toEqual([['a'], ['a'], ['a']]);
    expect(quarantined.map(({ copy }) => copy)).toEqual([copyOf()]);
  });

  it('is survived wherever it was cut', async () => {
    const whole = contentOf('a', 'b');
    const kept = new Set<string>();
    for (let length = 1; length < whole.length - 1; length += 7) {
      writeFileSync(file, whole.slice(0, length));
      kept.add((await idsIn(openStore())).join(' '));
    }
    expect([...kept]).toEqual(['', 'a', 'a b']);
  });
});

describe('a file that is not to be written over', () => {
  it.each([
    ['JSON of another kind', '{"name":"my-package"}', 'holds JSON, but no memory.'],
    ['a list', '[]', 'holds JSON, but no memory.'],
    ['memory with unknown parts', '{"v":1,"items":[],"more":1}', 'holds JSON, but no memory.'],
    ['memory of a newer version', '{"v":2,"items":{}}', 'has version 2; this engine knows versions up to 1.'],
    ['torn memory of a newer version', '{"v":2,"items":[{"a', 'has version 2; this engine knows versions up to 1.'],
  ])('is refused when it holds %s', async (_, content, problem) => {
    writeFileSync(file, content);
    const store = openStore();
    const rejections = await Promise.all([rejectionOf(store.get('a')), rejectionOf(store.append([itemOf('a')]))]);
    expect(rejections.map((rejection) => rejection?.code)).toEqual([1, 2].map(() => 'MEMORY_STORE_UNREADABLE'));
    expect(rejections[0]?.message.endsWith(`"${file}" ${problem}`)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(quarantined).toEqual([]);
  });

  it('is refused when it is a directory', async () => {
    mkdirSync(file);
    expect(await rejectionOf(openStore().get('a'))).toEqual({
      code: 'MEMORY_STORE_UNREADABLE',
      message: `The memory file "${file}" cannot be read (EISDIR).`,
    });
  });

  it('is refused when its directory is a file, and the store goes on when the way is free', async () => {
    writeFileSync(path.join(directory, 'plain'), '');
    file = path.join(directory, 'plain', 'memory.json');
    const store = openStore();
    const rejection = await rejectionOf(store.append([itemOf('a')]));
    expect(rejection?.code).toBe('MEMORY_STORE_UNWRITABLE');
    rmSync(path.join(directory, 'plain'));
    await store.append([itemOf('b')]);
    expect(await idsIn(store)).toEqual(['b']);
  });
});

describe('a memory file in JSON', () => {
  memoryFileContract({
    creator: 'createFileStore',
    damage: (place, ids) => {
      const marked = ids.map((id) => `"id":"${id}"`);
      const lines = readFileSync(place, 'utf8').split('\n');
      const torn = lines.map((line) =>
        marked.some((mark) => line.includes(mark)) ? line.replace('"id"', '"ID"') : line,
      );
      writeFileSync(place, torn.join('\n'));
    },
  });

  it('is written once for all that is appended in one turn, and once more for all that comes meanwhile', async () => {
    const writes = await countingRenames(async () => {
      const store = openStore();
      const first = Array.from({ length: 500 }, (_, index) => store.append([itemOf(`first-${index}`)]));
      await Promise.resolve();
      await Promise.resolve();
      const second = Array.from({ length: 500 }, (_, index) => store.append([itemOf(`second-${index}`)]));
      await Promise.all([...first, ...second]);
      expect(await store.stats()).toEqual({ items: 1_000, tokens: 10_000, forgotten: 0 });
    });
    expect(writes).toBe(2);
  });

  it('is refused when it is an SQLite database', async () => {
    const content = Buffer.from('SQLite format 3\u0000 and more');
    writeFileSync(file, content);
    const rejection = await rejectionOf(openStore().append([itemOf('a')]));
    expect(rejection?.message).toBe(`The file "${file}" is an SQLite database, not JSON.`);
    expect(readFileSync(file)).toEqual(content);
  });
});

/** How often a file took the place of the memory file. */
async function countingRenames(work: () => Promise<void>): Promise<number> {
  const { rename } = promises;
  let count = 0;
  promises.rename = async (from, to) => {
    if (to === file) count += 1;
    await rename(from, to);
  };
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    promises.rename = rename;
    syncBuiltinESMExports();
  }
  return count;
}
