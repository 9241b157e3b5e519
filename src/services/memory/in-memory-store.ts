import { addItems, createItemTable, statsOf, type ItemTable } from './item-table.ts';
import { storeClosed } from './memory-errors.ts';
import type { MemoryStore } from './port.ts';
import { createRanker } from './ranking.ts';

export interface InMemoryStoreOptions {
  /** The oldest items beyond it are forgotten. */
  readonly maxMessages?: number;
  readonly onClose?: () => void;
}

const defaultMaxMessages = 1_000;

/** Remembers as long as the process lives. Runs in a browser. */
export function createInMemoryStore(options: InMemoryStoreOptions = {}): MemoryStore {
  const { maxMessages = defaultMaxMessages, onClose } = options;
  const table = createItemTable();
  const ranker = createRanker(table);
  let forgotten = 0;
  let isClosed = false;
  const open = (): ItemTable => {
    if (isClosed) throw storeClosed();
    return table;
  };
  return {
    append: async (items) => {
      forgotten += addItems(open(), items, maxMessages);
    },
    get: async (id) => open().get(id),
    revise: async (id, next) => {
      const item = next(open().get(id));
      if (item !== undefined) forgotten += addItems(table, [item], maxMessages);
      return item;
    },
    query: async (query) => {
      open();
      return ranker.query(query);
    },
    delete: async (id) => open().delete(id),
    stats: async (filter) => statsOf(open(), forgotten, filter),
    close: async () => {
      if (!isClosed) onClose?.();
      isClosed = true;
      table.trim(0);
    },
  };
}
