import type { DatabaseSync } from 'node:sqlite';
import { checkedItem } from './check-item.ts';
import type { MemoryItem } from './port.ts';

/** A row as it is in the file. */
export interface ItemRow {
  readonly seq: number;
  readonly id: string;
  readonly text: string;
}

/** Rows in the order of writing, behind one of them; one by one, which leaves less to be collected. */
export function* rowsAfter(database: DatabaseSync, seq: number): Generator<ItemRow, void, undefined> {
  const rows = database.prepare('SELECT seq, id, item FROM items WHERE seq > ? ORDER BY seq');
  for (const row of rows.iterate(seq)) yield rowOf(row);
}

export function rowOf(row: Readonly<Record<string, unknown>>): ItemRow {
  return { seq: Number(row['seq']), id: String(row['id']), text: String(row['item']) };
}

/** The item of a row; undefined when it is damaged, or another's. */
export function itemOfRow({ id, text }: ItemRow): MemoryItem | undefined {
  try {
    const item = checkedItem(JSON.parse(text));
    return item?.id === id ? item : undefined;
  } catch {
    return undefined;
  }
}

export function insertItems(database: DatabaseSync, items: readonly MemoryItem[]): void {
  // Removed first, so that an item that is written again is the newest.
  const remove = database.prepare('DELETE FROM items WHERE id = ?');
  const insert = database.prepare('INSERT INTO items (id, item) VALUES (?, ?)');
  for (const item of items) {
    remove.run(item.id);
    insert.run(item.id, JSON.stringify(item));
  }
}

/** Removes the oldest beyond the limit; answers how many. */
export function trimItems(database: DatabaseSync, limit: number): number {
  if (limit === Infinity) return 0;
  const surplus = Math.max(0, countItems(database) - limit);
  if (surplus > 0) {
    database.prepare('DELETE FROM items WHERE seq IN (SELECT seq FROM items ORDER BY seq LIMIT ?)').run(surplus);
  }
  return surplus;
}

export function countItems(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS items FROM items').get()?.['items'] ?? 0);
}

export function idsOf(database: DatabaseSync): ReadonlySet<string> {
  return new Set(
    database
      .prepare('SELECT id FROM items')
      .all()
      .map(({ id }) => String(id)),
  );
}
