import { expect, it } from 'vitest';
import type { MemoryItem, MemoryQuery, MemoryStore } from '../../src/services/memory/index.ts';

export function itemOf(id: string, changes: Partial<MemoryItem> = {}): MemoryItem {
  const facts = { kind: 'message', source: 'gather', timestamp: 1_000, tags: [], importance: 0.5, token_cost: 10 };
  return { id, ...facts, content: `content of ${id}`, metadata: {}, ...changes };
}

function moreImportant(current: MemoryItem | undefined): MemoryItem {
  return itemOf('a', { importance: (current?.importance ?? 0) + 0.125 });
}

const idsOf = async (store: MemoryStore, query: MemoryQuery): Promise<string[]> =>
  (await store.query(query)).map((item) => item.id);

/** What every memory store that remembers has to do. */
export function memoryStoreContract(createStore: (options: { maxMessages?: number }) => MemoryStore): void {
  it('gives back an item as it was written', async () => {
    const store = createStore({});
    const metadata = { stage: 'review', nested: { list: [1, null, '\u0000 \uD83D\uDE80 \u2028'] } };
    const item = itemOf('__proto__', { tags: ['a', 'b'], importance: 1, content: '', metadata });
    await store.append([item]);
    expect(await store.get('__proto__')).toEqual(item);
    expect(await store.query({ policy: 'recency' })).toEqual([item]);
    expect(await store.stats()).toEqual({ items: 1, tokens: 10, forgotten: 0 });
    await store.close();
  });

  it('is empty before anything was written', async () => {
    const store = createStore({});
    await store.append([]);
    expect(await store.get('x')).toBe(undefined);
    expect(await store.query({ policy: 'hybrid', text: 'anything' })).toEqual([]);
    expect(await store.delete('x')).toBe(false);
    expect(await store.stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
    await store.close();
  });

  it('replaces an item that is written again', async () => {
    const store = createStore({});
    await store.append([itemOf('a'), itemOf('b')]);
    await store.append([itemOf('a', { content: 'new', token_cost: 1 })]);
    expect(await store.get('a')).toEqual(itemOf('a', { content: 'new', token_cost: 1 }));
    expect(await store.stats()).toEqual({ items: 2, tokens: 11, forgotten: 0 });
    await store.close();
  });

  it.each([
    ['kinds', { kinds: ['note'] }],
    ['sources', { sources: ['outside'] }],
    ['tags', { tags: ['private'] }],
  ])('leaves out what is denied by its %s, also of what it counts', async (_, deny) => {
    const store = createStore({});
    await store.append([itemOf('a'), itemOf('b', { kind: 'note', source: 'outside', tags: ['x', 'private'] })]);
    expect(await idsOf(store, { policy: 'recency', deny })).toEqual(['a']);
    expect(await store.stats({ deny })).toEqual({ items: 1, tokens: 10, forgotten: 0 });
    await store.close();
  });

  it('revises an item with nobody writing in between', async () => {
    const store = createStore({});
    const revised = await Promise.all(Array.from({ length: 8 }, () => store.revise('a', moreImportant)));
    expect(revised.map((item) => item?.importance ?? 0).toSorted((left, right) => left - right)).toEqual([
      0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1,
    ]);
    expect(await store.revise('a', () => undefined)).toBe(undefined);
    expect(await store.get('a')).toEqual(itemOf('a', { importance: 1 }));
    await store.close();
  });

  it('deletes an item once', async () => {
    const store = createStore({});
    await store.append([itemOf('a'), itemOf('b')]);
    expect([await store.delete('a'), await store.delete('a')]).toEqual([true, false]);
    expect(await idsOf(store, { policy: 'recency' })).toEqual(['b']);
    await store.close();
  });

  it('forgets the oldest items beyond its limit, and counts them', async () => {
    const store = createStore({ maxMessages: 2 });
    await store.append([itemOf('a'), itemOf('b')]);
    await store.append([itemOf('a'), itemOf('c')]);
    expect(await idsOf(store, { policy: 'recency' })).toEqual(['a', 'c']);
    await store.append([itemOf('d'), itemOf('e'), itemOf('f')]);
    expect(await idsOf(store, { policy: 'recency' })).toEqual(['e', 'f']);
    expect(await store.stats()).toEqual({ items: 2, tokens: 20, forgotten: 4 });
    await store.close();
  });

  it('answers a query by kinds and tags, best first, up to a number of items and tokens', async () => {
    const store = createStore({});
    await store.append([
      itemOf('old', { timestamp: 1, tags: ['x', 'y'] }),
      itemOf('long', { timestamp: 4, token_cost: 95, tags: ['x'] }),
      itemOf('new', { timestamp: 3, tags: ['x', 'y'], kind: 'decision' }),
      itemOf('other', { timestamp: 9, kind: 'observation', tags: ['y'] }),
    ]);
    const query = { policy: 'recency' } as const;
    expect(await idsOf(store, { ...query, kinds: ['message', 'decision'] })).toEqual(['long', 'new', 'old']);
    expect(await idsOf(store, { ...query, kinds: [] })).toEqual([]);
    expect(await idsOf(store, { ...query, tags: ['y', 'x'] })).toEqual(['new', 'old']);
    expect(await idsOf(store, { ...query, limit: 2 })).toEqual(['other', 'long']);
    expect(await idsOf(store, { ...query, maxTokens: 25 })).toEqual(['other', 'new']);
    await store.close();
  });

  it('keeps everything that is written at the same time', async () => {
    const store = createStore({});
    const ids = Array.from({ length: 50 }, (_, index) => `item-${String(index).padStart(2, '0')}`);
    await Promise.all(ids.map((id) => store.append([itemOf(id)])));
    expect(await idsOf(store, { policy: 'recency' })).toEqual(ids);
    await store.close();
  });

  it('says that it is closed, however often it is closed', async () => {
    const store = createStore({});
    await store.close();
    await store.close();
    const calls = [
      store.append([itemOf('a')]),
      store.get('a'),
      store.query({ policy: 'recency' }),
      store.delete('a'),
      store.stats(),
    ];
    const codes = await Promise.all(calls.map((call) => rejectionOf(call)));
    expect(codes.map((rejection) => rejection?.code)).toEqual(calls.map(() => 'ENGINE_CLOSED'));
  });
}

export async function rejectionOf(call: Promise<unknown>): Promise<{ code: unknown; message: string } | undefined> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: 'code' in error ? error.code : undefined, message: error.message };
  }
  return undefined;
}
