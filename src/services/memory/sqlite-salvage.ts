import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '../store/load-sqlite.ts';
import { withFileLock } from './file-lock.ts';
import { putAside, type Quarantine } from './quarantine.ts';
import { insertItems, itemOfRow, rowOf, type ItemRow } from './sqlite-rows.ts';
import { inTransaction, isDamage, markOf, openDatabase } from './sqlite-memory-file.ts';

export interface SalvageOptions {
  readonly file: string;
  readonly onQuarantine: (quarantine: Quarantine) => void;
  readonly now: () => number;
}

/** Puts a file that is no sound database aside, and begins a new one with what can still be read in it. */
export async function replaceDamaged(options: SalvageOptions, mark: string | undefined): Promise<void> {
  const { file, onQuarantine } = options;
  await withFileLock(file, async () => {
    // Another store may have done it while this one waited.
    if (mark === undefined || markOf(file) !== mark) return;
    const copy = await putAside(options, moveWhole);
    const items = salvage(copy).flatMap((row) => itemOfRow(row) ?? []);
    const database = openDatabase(file);
    inTransaction(database, () => {
      insertItems(database, items);
    });
    database.close();
    onQuarantine({ file, copy, problem: 'it is no sound SQLite database', kept: items.length });
  });
}

/** With the journal that belongs to it. */
async function moveWhole(from: string, to: string): Promise<void> {
  const { link, rename, rm } = await import('node:fs/promises');
  // Unlike a rename, a link never takes the place of what is there.
  await link(from, to);
  await rm(from);
  for (const part of ['-wal', '-shm']) await rename(`${from}${part}`, `${to}${part}`).catch(() => {});
}

/** All rows before the first damaged page, and all behind the last. */
function salvage(file: string): ItemRow[] {
  const { DatabaseSync: Database } = loadSqlite();
  const rows = new Map<number, ItemRow>();
  try {
    const database = new Database(file, { readOnly: true });
    // Otherwise SQLite reads nothing at all of a file that has lost its end. Older versions of Node forbid it to nobody.
    if ('enableDefensive' in database) database.enableDefensive(false);
    database.exec('PRAGMA writable_schema = ON');
    for (const order of ['ASC', 'DESC'] as const) readWhatIsSound(database, order, rows);
    database.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return [...rows.values()].toSorted((left, right) => left.seq - right.seq);
}

function readWhatIsSound(database: DatabaseSync, order: 'ASC' | 'DESC', rows: Map<number, ItemRow>): void {
  try {
    for (const row of database.prepare(`SELECT seq, id, item FROM items ORDER BY seq ${order}`).iterate()) {
      const found = rowOf(row);
      if (rows.has(found.seq)) return;
      rows.set(found.seq, found);
    }
  } catch {
    // What lies here is lost; the other direction may find more.
  }
}
