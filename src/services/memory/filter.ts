import type { MemoryFilter, MemoryItem } from './port.ts';

/** Kinds that no agent is shown. The engine itself goes by overrides: to agents they are JSON without a meaning. */
export const neverShown = ['override'] as const;

/** Whether an item is one of those that are asked for. */
export function passes(item: MemoryItem, { kinds, tags = [], deny }: MemoryFilter): boolean {
  if (kinds !== undefined && !kinds.includes(item.kind)) return false;
  if (!tags.every((tag) => item.tags.includes(tag))) return false;
  if (deny === undefined) return true;
  const { kinds: deniedKinds = [], sources = [], tags: deniedTags = [] } = deny;
  return (
    !deniedKinds.includes(item.kind) &&
    !sources.includes(item.source) &&
    !deniedTags.some((tag) => item.tags.includes(tag))
  );
}

/** Whether some items may not pass. */
export function isFilter({ kinds, tags = [], deny }: MemoryFilter): boolean {
  return kinds !== undefined || tags.length > 0 || Object.values(deny ?? {}).some((denied = []) => denied.length > 0);
}

/** How many items pass, and what they come to. */
export function countItems(
  items: Iterable<MemoryItem>,
  filter: MemoryFilter,
): { readonly items: number; readonly tokens: number } {
  const isOpen = !isFilter(filter);
  let [count, tokens] = [0, 0];
  for (const item of items) {
    if (!isOpen && !passes(item, filter)) continue;
    count += 1;
    tokens += item.token_cost;
  }
  return { items: count, tokens };
}
