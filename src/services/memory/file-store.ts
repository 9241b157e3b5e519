import { addToMap, follow, statsOfMap, type ItemMap } from './item-map.ts';
import { createItemTable } from './item-table.ts';
import { storeClosed } from './memory-errors.ts';
import { openMemoryFile } from './memory-file.ts';
import type { MemoryItem, MemoryQuery, MemoryStore } from './port.ts';
import type { Quarantine } from './quarantine.ts';
import { createRanker } from './ranking.ts';

export interface FileStoreOptions {
  readonly file: string;
  /** The oldest items beyond it are forgotten. Default: none are. */
  readonly maxMessages?: number;
  readonly onQuarantine?: (quarantine: Quarantine) => void;
  /** Epoch in milliseconds, for the names of damaged files. */
  readonly now?: () => number;
  readonly onClose?: () => void;
}

/** Whether it changed anything. */
type Change = (items: Map<string, MemoryItem>) => boolean;

interface Waiting {
  readonly change: Change;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Remembers in one JSON file, which several processes may share. Nothing is read or written before the first call. */
export function createFileStore(options: FileStoreOptions): MemoryStore {
  const { file, maxMessages = Infinity, onQuarantine = () => {}, now = Date.now, onClose } = options;
  const memoryFile = openMemoryFile({ file, onQuarantine, now });
  const write = createBatcher((changes) => memoryFile.update((items) => applyAll(items, changes)));
  const table = createItemTable();
  const ranker = createRanker(table);
  let followed: ItemMap = new Map();
  let forgotten = 0;
  let isClosed = false;
  const checkOpen = (): void => {
    if (isClosed) throw storeClosed();
  };
  const read = async (): Promise<ItemMap> => {
    checkOpen();
    return memoryFile.read();
  };
  const change = async <T>(make: (items: Map<string, MemoryItem>) => Made<T>): Promise<T | undefined> => {
    checkOpen();
    let made: Made<T> | undefined;
    await write.add((items) => {
      made = make(items);
      return made.changed;
    });
    forgotten += made?.surplus ?? 0;
    return made?.answer;
  };
  const query = async (asked: MemoryQuery): Promise<readonly MemoryItem[]> => {
    const items = await read();
    if (items !== followed) follow(table, items);
    followed = items;
    return ranker.query(asked);
  };
  return {
    ...changesBy(change, maxMessages),
    get: async (id) => (await read()).get(id),
    query,
    stats: async (filter) => statsOfMap(await read(), forgotten, filter),
    close: async () => {
      if (!isClosed) onClose?.();
      isClosed = true;
      await write.idle();
    },
  };
}

/** What a change came to. */
interface Made<T> {
  readonly changed: boolean;
  readonly answer: T;
  /** Items that were pushed out. */
  readonly surplus?: number;
}

type Changing = <T>(make: (items: Map<string, MemoryItem>) => Made<T>) => Promise<T | undefined>;

function changesBy(change: Changing, maxMessages: number): Pick<MemoryStore, 'append' | 'revise' | 'delete'> {
  return {
    async append(added) {
      if (added.length === 0) return;
      await change((items) => ({ changed: true, answer: true, surplus: addToMap(items, added, maxMessages) }));
    },
    revise: (id, next) =>
      change((items) => {
        const item = next(items.get(id));
        if (item === undefined) return { changed: false, answer: undefined };
        return { changed: true, answer: item, surplus: addToMap(items, [item], maxMessages) };
      }),
    async delete(id) {
      const wasThere = await change((items) => {
        const isThere = items.delete(id);
        return { changed: isThere, answer: isThere };
      });
      return wasThere === true;
    },
  };
}

function applyAll(items: Map<string, MemoryItem>, changes: readonly Change[]): boolean {
  return changes.map((change) => change(items)).includes(true);
}

interface Batcher {
  /** Resolves when the change is in the file. */
  add(change: Change): Promise<void>;
  idle(): Promise<void>;
}

/** Changes that come while a write is under way share the next one, which rewrites the file once for all of them. */
function createBatcher(writeAll: (changes: readonly Change[]) => Promise<void>): Batcher {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await writeAll(batch.map(({ change }) => change));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const drain = async (): Promise<void> => {
    // Lets the rest of the current turn come along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await writeBatch(batch);
    }
    running = undefined;
  };
  return {
    add: (change) => {
      return new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject });
        running ??= drain();
      });
    },
    idle: async () => {
      await running;
    },
  };
}
