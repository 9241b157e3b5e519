import type { ItemTable } from './item-table.ts';
import { countItems } from './filter.ts';
import type { MemoryFilter, MemoryItem, MemoryStats } from './port.ts';

/** Items by id, oldest first: what a file holds at one moment. Never changed once others can see it. */
export type ItemMap = ReadonlyMap<string, MemoryItem>;

/** Adds or replaces items, then forgets the oldest beyond the limit; answers how many were forgotten. */
export function addToMap(map: Map<string, MemoryItem>, items: readonly MemoryItem[], limit: number): number {
  for (const item of items) {
    // Deleted first, so that an item that is written again is the newest.
    map.delete(item.id);
    map.set(item.id, item);
  }
  const surplus = Math.max(0, map.size - limit);
  for (const id of [...map.keys()].slice(0, surplus)) map.delete(id);
  return surplus;
}

/** Items read anew; those that are as they were are the same objects, so that nobody has to look at them again. */
export function mapOf(items: readonly MemoryItem[], before: ItemMap): ItemMap {
  return new Map(
    items.map((item) => {
      const known = before.get(item.id);
      return [item.id, known !== undefined && isSame(known, item) ? known : item];
    }),
  );
}

/** Brings a table to what the map holds; it tells its indexes of what is different, and of nothing else. */
export function follow(table: ItemTable, map: ItemMap): void {
  for (const { item } of table.entries()) {
    if (map.get(item.id) !== item) table.delete(item.id);
  }
  for (const item of map.values()) {
    if (table.get(item.id) !== item) table.put(item);
  }
}

export function statsOfMap(map: ItemMap, forgotten: number, filter: MemoryFilter = {}): MemoryStats {
  return { ...countItems(map.values(), filter), forgotten };
}

const plainFields = ['timestamp', 'content', 'importance', 'token_cost', 'kind', 'source'] as const;

function isSame(left: MemoryItem, right: MemoryItem): boolean {
  return (
    plainFields.every((field) => left[field] === right[field]) &&
    left.embedding?.vector === right.embedding?.vector &&
    left.embedding?.model === right.embedding?.model &&
    JSON.stringify([left.tags, left.metadata]) === JSON.stringify([right.tags, right.metadata])
  );
}
