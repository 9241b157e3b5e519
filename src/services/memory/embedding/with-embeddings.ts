import type { MemoryItem, MemoryQuery, MemoryStore } from '../port.ts';
import type { Embeddings } from './embeddings.ts';

/** The store; what is kept in it gets vectors, and so do the queries that compare them. */
export function withEmbeddings(store: MemoryStore, embeddings: Embeddings): MemoryStore {
  const closing = new AbortController();
  const { signal } = closing;
  const underWay = new Set<Promise<unknown>>();
  const track = async <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };
  const withVector = async (query: MemoryQuery): Promise<MemoryQuery> => {
    const { policy, text = '', vector } = query;
    if ((policy !== 'semantic' && policy !== 'hybrid') || vector !== undefined || text.trim() === '') return query;
    const made = await embeddings.queryVector(text, signal);
    if (made !== undefined) return { ...query, vector: made, vectorModel: embeddings.model };
    return policy === 'semantic' ? { ...query, policy: 'keyword' } : query;
  };
  let before: Promise<unknown> = Promise.resolve();
  const append = async (items: readonly MemoryItem[]): Promise<void> => {
    // Whichever vectors are there first: items are kept in the order in which they came. The store may still join its writes.
    const ready = Promise.all([embeddings.withVectors(items, signal), before]);
    before = ready;
    const [made] = await ready;
    await store.append(made);
  };
  return {
    ...store,
    append: (items) => track(append(items)),
    query: (query) => track(withVector(query).then((made) => store.query(made))),
    async close() {
      // What waits for vectors is kept without them.
      closing.abort();
      await Promise.allSettled(underWay);
      await store.close();
    },
  };
}
