import type { DatabaseSync } from 'node:sqlite';
import type { FileStoreOptions } from './file-store.ts';
import { createItemTable, statsOf, type ItemTable } from './item-table.ts';
import { guarded, storeClosed } from './memory-errors.ts';
import type { MemoryItem, MemoryStore } from './port.ts';
import { createRanker, type Ranker } from './ranking.ts';
import { putDamagedAside } from './sqlite-damaged-rows.ts';
import { isDamage, inTransaction, markOf, numberOf, openDatabase } from './sqlite-memory-file.ts';
import { countItems, idsOf, insertItems, itemOfRow, rowOf, rowsAfter, trimItems } from './sqlite-rows.ts';
import { replaceDamaged, type SalvageOptions } from './sqlite-salvage.ts';

/** A file that is open, and what is known of it. */
interface Session {
  readonly database: DatabaseSync;
  /** Tells whether the file was replaced since. */
  readonly mark: string | undefined;
  readonly table: ItemTable;
  readonly ranker: Ranker;
  /** The row up to which the table has read. */
  seq: number;
  /** What SQLite counts the commits of others by; undefined when this store itself has written since. */
  seen: number | undefined;
}

/** Makes changes in one transaction; `surplus` is how many items they pushed out. */
type Changing = <T>(work: (database: DatabaseSync) => { readonly answer: T; readonly surplus: number }) => Promise<T>;

function additions(change: Changing, maxMessages: number): Pick<MemoryStore, 'append' | 'revise'> {
  const insert = (database: DatabaseSync, items: readonly MemoryItem[]): number => {
    insertItems(database, items);
    return trimItems(database, maxMessages);
  };
  return {
    async append(items) {
      if (items.length > 0) await change((database) => ({ answer: undefined, surplus: insert(database, items) }));
    },
    revise: (id, next) =>
      change((database) => {
        const item = next(itemIn(database, id));
        return { answer: item, surplus: item === undefined ? 0 : insert(database, [item]) };
      }),
  };
}

function itemIn(database: DatabaseSync, id: string): MemoryItem | undefined {
  const row = database.prepare('SELECT seq, id, item FROM items WHERE id = ?').get(id);
  return row === undefined ? undefined : itemOfRow(rowOf(row));
}

/** Remembers in one SQLite file, which several processes may share. Nothing is read or written before the first call. */
export function createSqliteStore(options: FileStoreOptions): MemoryStore {
  const { file, maxMessages = Infinity, onQuarantine = () => {}, now = Date.now, onClose } = options;
  const salvage = { file, onQuarantine, now };
  const sessions = createSessions(salvage);
  const calls = createCalls();
  let forgotten = 0;
  const write = <T>(work: (database: DatabaseSync) => T): Promise<T> =>
    sessions.use('write', (session) => {
      session.seen = undefined;
      return inTransaction(session.database, () => work(session.database));
    });
  const readAll = async (session: Session): Promise<ItemTable> => {
    const damaged = catchUp(session);
    if (damaged.length > 0) await putDamagedAside(salvage, session.database, damaged);
    return session.table;
  };
  /** What `work` answers, or `empty` where there is no file: reading creates none. */
  const read = <T>(empty: T, work: (session: Session) => Promise<T> | T): Promise<T> =>
    calls.begin(async () => (markOf(file) === undefined ? empty : sessions.use('read', work)));
  const change: Changing = (work) =>
    calls.begin(async () => {
      await guarded(file, 'write', () => makeDirectory(file));
      const { answer, surplus } = await write(work);
      forgotten += surplus;
      return answer;
    });
  return {
    ...additions(change, maxMessages),
    get: (id) =>
      read(undefined, async (session) => {
        const row = session.database.prepare('SELECT seq, id, item FROM items WHERE id = ?').get(id);
        if (row === undefined) return undefined;
        return itemOfRow(rowOf(row)) ?? (await readAll(session)).get(id);
      }),
    query: (query) =>
      read([], async (session) => {
        await readAll(session);
        return session.ranker.query(query);
      }),
    delete: (id) =>
      calls.begin(async () => {
        if (markOf(file) === undefined) return false;
        return write((database) => database.prepare('DELETE FROM items WHERE id = ?').run(id).changes > 0);
      }),
    stats: (filter) =>
      read({ items: 0, tokens: 0, forgotten }, async (session) => statsOf(await readAll(session), forgotten, filter)),
    close: async () => {
      if (calls.end()) onClose?.();
      await calls.idle();
      sessions.close();
    },
  };
}

interface Calls {
  /** Rejects when the store is closed. */
  begin<T>(work: () => Promise<T>): Promise<T>;
  /** Lets no more begin; false when that was so already. */
  end(): boolean;
  /** Resolves when those that have begun are over. */
  idle(): Promise<void>;
}

function createCalls(): Calls {
  const running = new Set<Promise<unknown>>();
  let isOver = false;
  return {
    begin: async (work) => {
      if (isOver) throw storeClosed();
      const call = work();
      running.add(call);
      try {
        return await call;
      } finally {
        running.delete(call);
      }
    },
    end: () => {
      const wasOpen = !isOver;
      isOver = true;
      return wasOpen;
    },
    idle: async () => {
      await Promise.allSettled(running);
    },
  };
}

interface Sessions {
  /** Carries out work on the file as it is now, again after what is damaged was put aside. */
  use<T>(access: 'read' | 'write', work: (session: Session) => Promise<T> | T): Promise<T>;
  close(): void;
}

function createSessions(salvage: SalvageOptions): Sessions {
  const { file } = salvage;
  let session: Session | undefined;
  const close = (): void => {
    session?.database.close();
    session = undefined;
  };
  const open = (): Session => {
    if (session !== undefined && session.mark === markOf(file)) return session;
    close();
    const database = openDatabase(file);
    const table = createItemTable();
    session = { database, mark: markOf(file), table, ranker: createRanker(table), seq: 0, seen: undefined };
    return session;
  };
  const use: Sessions['use'] = (access, work) =>
    guarded(file, access, async () => {
      try {
        return await work(open());
      } catch (error) {
        if (!isDamage(error)) throw error;
        const mark = markOf(file);
        close();
        await replaceDamaged(salvage, mark);
        return work(open());
      }
    });
  return { use, close };
}

/** Reads on where the table has stopped, if anybody has written since; answers the rows that are damaged. */
function catchUp(session: Session): readonly number[] {
  const { database, table } = session;
  const version = numberOf(database, 'data_version');
  if (version === session.seen) return [];
  const damaged: number[] = [];
  for (const row of rowsAfter(database, session.seq)) {
    if (row.item === undefined) {
      table.delete(row.id);
      damaged.push(row.seq);
    } else {
      table.put(row.item);
    }
    session.seq = row.seq;
  }
  if (countItems(database) !== table.size + damaged.length) dropGone(database, table);
  session.seen = version;
  return damaged;
}

function dropGone(database: DatabaseSync, table: ItemTable): void {
  const ids = idsOf(database);
  for (const { item } of table.entries()) if (!ids.has(item.id)) table.delete(item.id);
}

async function makeDirectory(file: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(process.getBuiltinModule('node:path').dirname(file), { recursive: true });
}
