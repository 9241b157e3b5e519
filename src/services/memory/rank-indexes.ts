import type { EntryIndex, ItemTable } from './item-table.ts';
import { createKeywordIndex, type KeywordIndex } from './keyword-index.ts';
import { createSortedEntries, type SortedEntries } from './sorted-entries.ts';
import { createVectorIndex, type VectorIndex } from './vector-index.ts';

/** What the policies look things up in: each is made when it is first asked for, and follows the table from then on. */
export interface RankIndexes {
  recency(): SortedEntries;
  importance(): SortedEntries;
  keywords(): KeywordIndex;
  vectors(dimensions: number, model: string | undefined): VectorIndex;
}

export function createRankIndexes(table: ItemTable): RankIndexes {
  const made = new Map<string, VectorIndex>();
  return {
    recency: once(table, () => createSortedEntries(({ timestamp }) => timestamp)),
    importance: once(table, () => createSortedEntries(({ importance }) => importance)),
    keywords: once(table, () => createKeywordIndex(() => table.slots)),
    vectors: (dimensions, model) => {
      const key = JSON.stringify([dimensions, model]);
      const index = made.get(key) ?? watched(table, createVectorIndex(dimensions, model));
      made.set(key, index);
      return index;
    },
  };
}

function once<Index extends EntryIndex>(table: ItemTable, create: () => Index): () => Index {
  let made: Index | undefined;
  return () => (made ??= watched(table, create()));
}

function watched<Index extends EntryIndex>(table: ItemTable, index: Index): Index {
  table.watch(index);
  return index;
}
