import { EngineError, isEngineError } from '../../errors/index.ts';

const accesses = {
  read: { code: 'MEMORY_STORE_UNREADABLE', verb: 'read' },
  write: { code: 'MEMORY_STORE_UNWRITABLE', verb: 'written' },
} as const;

/** Carries out work on a memory file; what the system throws becomes an EngineError that names the file. */
export async function guarded<T>(file: string, access: keyof typeof accesses, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isEngineError(error)) throw error;
    const { code, verb } = accesses[access];
    const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new EngineError(code, `The memory file "${file}" cannot be ${verb}${reason}.`, {
      hint: 'Check its path, its permissions and the free space of the disk.',
      details: { file },
      cause: error,
    });
  }
}

export function storeClosed(): EngineError {
  return new EngineError('ENGINE_CLOSED', 'The memory store has been closed.', {
    hint: 'Create a new engine to go on.',
  });
}
