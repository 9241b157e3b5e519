import type { StoreName } from '../../manifest/index.ts';
import type { MemoryItem, MemoryQuery } from '../../services/index.ts';
import { appendMemory, queryMemory } from '../memory-actor.ts';
import type { AgentCall } from './call.ts';
import type { StepRequest } from './step.ts';

type Asker = Pick<StepRequest, 'call' | 'memory'>;

/** Asks a store, as far as plugins allow it. */
export async function readMemory(
  { call, memory }: Asker,
  store: StoreName,
  query: MemoryQuery,
): Promise<readonly MemoryItem[]> {
  const { beforeRead, afterRead } = call.hooks;
  if (beforeRead !== undefined && !(await beforeRead(store, query))) return [];
  const items = await queryMemory(memory, store, query);
  return afterRead === undefined ? items : afterRead(store, items);
}

/** Writes to a store what plugins leave of it; what was written. */
export async function writeMemory(
  { call, memory }: Asker,
  store: StoreName,
  items: readonly MemoryItem[],
): Promise<readonly MemoryItem[]> {
  const { beforeWrite, afterWrite } = call.hooks;
  const left = beforeWrite === undefined ? items : await beforeWrite(store, items);
  if (left.length === 0) return left;
  await appendMemory(memory, store, left);
  await afterWrite?.(store, left);
  return left;
}

/**
 * Puts the next version of an item in the place of the last, as plugins leave it: they are shown what it would be by now, and the
 * metadata are those of the moment it is written. Nothing when `next` gives nothing, or a plugin keeps it from being written.
 */
export async function reviseMemory(
  { hooks, stores }: AgentCall,
  { store, id }: { readonly store: StoreName; readonly id: string },
  next: (last: MemoryItem | undefined) => MemoryItem | undefined,
): Promise<MemoryItem | undefined> {
  const { beforeWrite, afterWrite } = hooks;
  if (beforeWrite === undefined && afterWrite === undefined) return stores[store].revise(id, next);
  const draft = next(await stores[store].get(id));
  if (draft === undefined) return undefined;
  const [passed] = beforeWrite === undefined ? [draft] : await beforeWrite(store, [draft]);
  if (passed === undefined) return undefined;
  const written = await stores[store].revise(id, (last) => {
    const item = next(last);
    return item && { ...passed, id, metadata: { ...passed.metadata, ...item.metadata } };
  });
  if (written !== undefined) await afterWrite?.(store, [written]);
  return written;
}
