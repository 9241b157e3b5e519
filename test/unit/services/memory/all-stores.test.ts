import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createFileStore,
  createInMemoryStore,
  createSqliteStore,
  encodeVector,
  type MemoryItem,
  type MemoryQuery,
  type MemoryStore,
} from '../../../../src/services/memory/index.ts';
import { itemOf } from '../../../contract/memory-store.ts';

let directory = '';
let count = 0;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'memory-all-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function openAll(): MemoryStore[] {
  count += 1;
  return [
    createInMemoryStore(),
    createFileStore({ file: path.join(directory, `${count}.json`) }),
    createSqliteStore({ file: path.join(directory, `${count}.sqlite`) }),
  ];
}

const words = fc.array(fc.constantFrom('red', 'green', 'blue', 'the', 'Haus', '東京'), { maxLength: 6 });
const itemIn = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    content: words.map((list) => list.join(' ')),
    timestamp: fc.nat(3),
    importance: fc.constantFrom(0, 0.5, 1),
    kind: fc.constantFrom('message', 'decision'),
    numbers: fc.option(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })), { nil: undefined }),
  })
  .map(({ id, numbers, ...changes }): MemoryItem => {
    const vector = numbers === undefined ? undefined : encodeVector(new Float32Array(numbers));
    return itemOf(id, { ...changes, ...(vector !== undefined && { embedding: { model: 'm', vector } }) });
  });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(itemIn, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b', 'c') },
  { weight: 1, arbitrary: fc.constant('ask' as const) },
);

const queries = (['recency', 'importance', 'keyword', 'semantic', 'hybrid'] as const).map((policy): MemoryQuery => {
  return { policy, text: 'the red 東京 house', vector: new Float32Array([1, 0]) };
});

const answersOf = async (store: MemoryStore): Promise<string[]> =>
  Promise.all(queries.map(async (query) => (await store.query(query)).map(({ id }) => id).join(' ')));

it(
  'ranks alike in every type of store, whatever came and went before, and in whatever order',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const stores = openAll();
        for (const store of stores) {
          for (const now of steps) {
            if (now === 'ask') await answersOf(store);
            else if (typeof now === 'string') await store.delete(now);
            else await store.append(now);
          }
        }
        const [first, ...others] = await Promise.all(stores.map(answersOf));
        for (const other of others) expect(other).toEqual(first);
        const left = await stores[0]?.query({ policy: 'importance' });
        const fresh = createInMemoryStore();
        await fresh.append(left ?? []);
        expect(await answersOf(fresh)).toEqual(first);
        await Promise.all(stores.map((store) => store.close()));
      }),
      { numRuns: 40 },
    );
  },
);

it('gives places among the items that are asked for alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(itemIn, { maxLength: 12 }), async (items) => {
      const [all, decisions] = [createInMemoryStore(), createInMemoryStore()];
      await all.append(items);
      const query = { policy: 'hybrid', vector: new Float32Array([1, 0]) } as const;
      const kept = await all.query({ policy: 'recency', kinds: ['decision'] });
      await decisions.append(kept);
      expect(await all.query({ ...query, kinds: ['decision'] })).toEqual(await decisions.query(query));
      const [first, ...rest] = kept;
      if (first === undefined) return;
      expect(await decisions.query({ policy: 'recency', limit: 1 })).toEqual([first]);
      expect(await decisions.query({ policy: 'recency', maxTokens: 10 * rest.length })).toEqual(kept.slice(0, -1));
    }),
  );
});
