import { fromCallback, type CallbackActorLogic, type EventObject } from 'xstate';
import type { StoreName } from '../manifest/index.ts';
import type { MemoryItem, MemoryQuery, MemoryStore } from '../services/index.ts';

/** What the memory of a task is asked. The answer comes by the functions, since a message cannot be awaited. */
export type MemoryRequest =
  | {
      readonly type: 'memory.query';
      readonly store: StoreName;
      readonly query: MemoryQuery;
      readonly answer: (items: readonly MemoryItem[]) => void;
      readonly fail: (error: unknown) => void;
    }
  | {
      readonly type: 'memory.append';
      readonly store: StoreName;
      readonly items: readonly MemoryItem[];
      readonly answer: () => void;
      readonly fail: (error: unknown) => void;
    };

export type StoreTable = Readonly<Record<StoreName, MemoryStore>>;

/** The memory of a task as an actor: agents ask it by events, so that every look-up is seen by an inspector. */
export function createMemoryLogic(
  storesOf: (task: string) => StoreTable,
): CallbackActorLogic<EventObject & MemoryRequest, { readonly task: string }> {
  return fromCallback<EventObject & MemoryRequest, { readonly task: string }>(({ receive, input }) => {
    const stores = storesOf(input.task);
    receive((request) => void answer(stores, request));
  });
}

async function answer(stores: StoreTable, request: MemoryRequest): Promise<void> {
  try {
    if (request.type === 'memory.query') {
      request.answer(await stores[request.store].query(request.query));
      return;
    }
    await stores[request.store].append(request.items);
    request.answer();
  } catch (error) {
    request.fail(error);
  }
}

/** Who can be sent a request: the memory actor. */
export interface MemoryActor {
  send(event: MemoryRequest): void;
}

export async function queryMemory(
  memory: MemoryActor,
  store: StoreName,
  query: MemoryQuery,
): Promise<readonly MemoryItem[]> {
  return new Promise((answerWith, fail) =>
    memory.send({ type: 'memory.query', store, query, answer: answerWith, fail }),
  );
}

export async function appendMemory(memory: MemoryActor, store: StoreName, items: readonly MemoryItem[]): Promise<void> {
  return new Promise((done, fail) => memory.send({ type: 'memory.append', store, items, answer: done, fail }));
}
