import { describe, expect, it } from 'vitest';
import { createDisabledStore, createInMemoryStore } from '../../../../src/services/memory/index.ts';
import { itemOf, memoryStoreContract } from '../../../contract/memory-store.ts';

describe('a memory store in memory', () => {
  memoryStoreContract(createInMemoryStore);

  it('keeps a thousand items when nothing else is said', async () => {
    const store = createInMemoryStore();
    await store.append(Array.from({ length: 1_001 }, (_, index) => itemOf(`item-${index}`)));
    expect(await store.stats()).toEqual({ items: 1_000, tokens: 10_000, forgotten: 1 });
    expect(await store.get('item-0')).toBe(undefined);
  });
});

describe('a disabled memory store', () => {
  it('takes everything and remembers nothing', async () => {
    const store = createDisabledStore();
    await store.append([itemOf('a')]);
    expect(await store.get('a')).toBe(undefined);
    expect(await store.query({ policy: 'recency' })).toEqual([]);
    expect(await store.delete('a')).toBe(false);
    expect(await store.stats()).toEqual({ items: 0, tokens: 0, forgotten: 0 });
    await store.close();
  });
});
