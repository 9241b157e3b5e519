import type { StoreName } from '../../../manifest/index.ts';
import { EngineError, isEngineError, type Failure } from '../../../errors/index.ts';
import type { MemoryStore } from '../../memory/index.ts';
import { fail } from '../failures.ts';
import type { CallContext } from '../adapter.ts';

export type StoreField = { readonly store?: StoreName | undefined };

export const defaultStore: StoreName = 'task_store';

/** Carries out work on a store; what goes wrong there is the failure of the call. */
export async function withStore<Result>(
  { memory }: CallContext,
  name: StoreName,
  work: (store: MemoryStore) => Promise<Result>,
): Promise<Result> {
  if (memory === undefined) throw new EngineError('ENGINE_BUG', 'A memory tool was called without stores.');
  try {
    return await work(memory.stores[name]);
  } catch (error) {
    return fail(memoryFailure(name, error));
  }
}

function memoryFailure(name: StoreName, error: unknown): Failure {
  const hint = isEngineError(error) ? error.hint : undefined;
  return {
    code: 'memory.unavailable',
    message: `The memory store "${name}" failed${isEngineError(error) ? ` (${error.code})` : ''}.`,
    ...(hint !== undefined && { hint }),
  };
}
