import { countItems } from './filter.ts';
import type { MemoryFilter, MemoryItem, MemoryStats } from './port.ts';

/** An item at its place among the slots, which the indexes count by. */
export interface Entry {
  readonly item: MemoryItem;
  readonly slot: number;
}

/** Told of every change after the first time it was used. */
export interface EntryIndex {
  add(entry: Entry): void;
  remove(entry: Entry): void;
}

/** Items by id, oldest first. An item that is written again is a new entry, and the newest. */
export interface ItemTable {
  readonly size: number;
  /** One more than the highest slot in use. */
  readonly slots: number;
  get(id: string): MemoryItem | undefined;
  put(item: MemoryItem): void;
  delete(id: string): boolean;
  /** Forgets the oldest beyond the limit; answers how many. */
  trim(limit: number): number;
  at(slot: number): Entry | undefined;
  entries(): Iterable<Entry>;
  watch(index: EntryIndex): void;
}

export function createItemTable(): ItemTable {
  const byId = new Map<string, Entry>();
  const bySlot: (Entry | undefined)[] = [];
  const free: number[] = [];
  const indexes: EntryIndex[] = [];
  const remove = (id: string): boolean => {
    const entry = byId.get(id);
    if (entry === undefined) return false;
    byId.delete(id);
    bySlot[entry.slot] = undefined;
    free.push(entry.slot);
    for (const index of indexes) index.remove(entry);
    return true;
  };
  return {
    get size() {
      return byId.size;
    },
    get slots() {
      return bySlot.length;
    },
    get: (id) => byId.get(id)?.item,
    put: (item) => {
      remove(item.id);
      const entry = { item, slot: free.pop() ?? bySlot.length };
      byId.set(item.id, entry);
      bySlot[entry.slot] = entry;
      for (const index of indexes) index.add(entry);
    },
    delete: remove,
    trim: (limit) => {
      const surplus = Math.max(0, byId.size - limit);
      if (surplus > 0) for (const id of [...byId.keys()].slice(0, surplus)) remove(id);
      return surplus;
    },
    at: (slot) => bySlot[slot],
    entries: () => byId.values(),
    watch: (index) => {
      indexes.push(index);
      for (const entry of byId.values()) index.add(entry);
    },
  };
}

/** Adds or replaces items, then forgets the oldest beyond the limit; answers how many were forgotten. */
export function addItems(table: ItemTable, items: readonly MemoryItem[], limit: number): number {
  for (const item of items) table.put(item);
  return table.trim(limit);
}

export function statsOf(table: ItemTable, forgotten: number, filter: MemoryFilter = {}): MemoryStats {
  return { ...countItems(itemsOf(table), filter), forgotten };
}

function* itemsOf(table: ItemTable): Generator<MemoryItem, void, undefined> {
  for (const { item } of table.entries()) yield item;
}
