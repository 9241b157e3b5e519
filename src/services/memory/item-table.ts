import type { MemoryItem, MemoryStats } from './port.ts';

/** Items by id, oldest first. */
export type ItemTable = Map<string, MemoryItem>;

/** Adds or replaces items, then forgets the oldest beyond the limit; answers how many were forgotten. */
export function addItems(table: ItemTable, items: readonly MemoryItem[], limit: number): number {
  for (const item of items) {
    // Deleted first, so that an item that is written again is the newest.
    table.delete(item.id);
    table.set(item.id, item);
  }
  const surplus = Math.max(0, table.size - limit);
  for (const id of [...table.keys()].slice(0, surplus)) table.delete(id);
  return surplus;
}

export function statsOf(table: ItemTable, forgotten: number): MemoryStats {
  let tokens = 0;
  for (const item of table.values()) tokens += item.token_cost;
  return { items: table.size, tokens, forgotten };
}
