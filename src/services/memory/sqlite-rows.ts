import type { DatabaseSync } from 'node:sqlite';
import { checkedItem } from './check-item.ts';
import type { MemoryItem } from './port.ts';

/** A row as it is in the file. */
export interface ItemRow {
  readonly seq: number;
  readonly id: string;
  readonly text: string;
}

/** A row, and its item; undefined where it is damaged, or another's. */
export interface ReadRow extends ItemRow {
  readonly item: MemoryItem | undefined;
}

/** Rows that are fetched and parsed at a time: one by one takes twice as long. */
const rowsTogether = 250;
/** More characters are parsed row by row: together they could be more than a string holds. */
const mostCharacters = 16_000_000;

/** Rows in the order of writing, behind one of them. */
export function* rowsAfter(database: DatabaseSync, seq: number): Generator<ReadRow, void, undefined> {
  const select = database.prepare('SELECT seq, id, item FROM items WHERE seq > ? ORDER BY seq LIMIT ?');
  select.setReturnArrays(true);
  let last = seq;
  for (;;) {
    const rows = select.all(last, rowsTogether).map(rowOfColumns);
    const items = itemsOfRows(rows);
    for (const [at, row] of rows.entries()) yield { ...row, item: items[at] };
    last = rows.at(-1)?.seq ?? last;
    if (rows.length < rowsTogether) return;
  }
}

function rowOfColumns(columns: unknown): ItemRow {
  const values: readonly unknown[] = Array.isArray(columns) ? columns : [];
  const [seq, id, text] = values;
  return { seq: Number(seq), id: String(id), text: String(text) };
}

/** All in one go when they are sound, else each by itself. */
function itemsOfRows(rows: readonly ItemRow[]): readonly (MemoryItem | undefined)[] {
  const values = valuesOf(rows);
  const isWhole = values?.length === rows.length;
  const items = isWhole ? values.map(checkedItem) : [];
  const isSound = isWhole && rows.every(({ id }, at) => items[at]?.id === id);
  return isSound ? items : rows.map(itemOfRow);
}

function valuesOf(rows: readonly ItemRow[]): readonly unknown[] | undefined {
  if (rows.reduce((sum, { text }) => sum + text.length, 0) > mostCharacters) return undefined;
  try {
    const values: unknown = JSON.parse(`[${rows.map(({ text }) => text).join(',')}]`);
    return Array.isArray(values) ? values : undefined;
  } catch {
    return undefined;
  }
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
