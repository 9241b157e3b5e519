import { compareText } from './compare-text.ts';
import type { Entry, EntryIndex } from './item-table.ts';
import type { MemoryItem } from './port.ts';

export interface Order {
  readonly slots: Int32Array;
  /** From 1; entries with the same value share one. */
  readonly places: Int32Array;
}

export interface SortedEntries extends EntryIndex {
  /** Highest first, ties by id. */
  readonly entries: readonly Entry[];
  /** The same as numbers, which a hundred thousand are read of in no time. */
  readonly order: Order;
  /** What the order goes by. */
  readonly valueOf: (this: void, item: MemoryItem) => number;
}

/** Up to so many changes, finding the place of each is quicker than sorting anew. */
const fewChanges = 100;

/** Keeps an order, so that a query need not make it. Changes are sorted in at the next reading, all at once. */
export function createSortedEntries(valueOf: (item: MemoryItem) => number): SortedEntries {
  let sorted: Entry[] = [];
  const fresh = new Set<Entry>();
  const gone = new Set<Entry>();
  const compare = (left: Entry, right: Entry): number =>
    valueOf(right.item) - valueOf(left.item) || compareText(left.item.id, right.item.id);
  let order: Order | undefined;
  const catchUp = (): void => {
    if (fresh.size + gone.size === 0) return;
    order = undefined;
    if (fresh.size + gone.size > fewChanges) {
      sorted = [...sorted.filter((entry) => !gone.has(entry)), ...fresh].toSorted(compare);
    } else {
      for (const entry of gone) sorted.splice(placeOf(entry, sorted, compare), 1);
      for (const entry of fresh) sorted.splice(placeOf(entry, sorted, compare), 0, entry);
    }
    fresh.clear();
    gone.clear();
  };
  return {
    valueOf,
    add: (entry) => {
      fresh.add(entry);
    },
    remove: (entry) => {
      if (!fresh.delete(entry)) gone.add(entry);
    },
    get entries() {
      catchUp();
      return sorted;
    },
    get order() {
      catchUp();
      return (order ??= orderOf(sorted, valueOf));
    },
  };
}

/** Where the entry is, or belongs. */
function placeOf(entry: Entry, sorted: readonly Entry[], compare: (left: Entry, right: Entry) => number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compare(other, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function orderOf(sorted: readonly Entry[], valueOf: (item: MemoryItem) => number): Order {
  const order = { slots: new Int32Array(sorted.length), places: new Int32Array(sorted.length) };
  let place = 0;
  let last: number | undefined;
  for (const [index, { item, slot }] of sorted.entries()) {
    const value = valueOf(item);
    if (value !== last) place += 1;
    last = value;
    order.slots[index] = slot;
    order.places[index] = place;
  }
  return order;
}
