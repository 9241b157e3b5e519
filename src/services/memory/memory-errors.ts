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
    const reason = error instanceof Error ? reasonOf(error) : '';
    throw new EngineError(code, `The memory file "${file}" cannot be ${verb}${reason}.`, {
      hint: 'Check its path, its permissions and the free space of the disk.',
      details: { file },
      cause: error,
    });
  }
}

/** SQLite has words of its own: "database is locked". */
function reasonOf(error: Error): string {
  if ('errstr' in error) return ` (${String(error.errstr)})`;
  return 'code' in error ? ` (${String(error.code)})` : '';
}

/** The file is somebody else's: nothing may be written there. */
export function notAMemory(file: string, problem: string): EngineError {
  return new EngineError('MEMORY_STORE_UNREADABLE', `The file "${file}" ${problem}.`, {
    hint: 'Give the store in memory.yaml a path of its own.',
    details: { file },
  });
}

export function tooNew(
  file: string,
  { written, known }: { readonly written: number; readonly known: number },
): EngineError {
  return new EngineError(
    'MEMORY_STORE_UNREADABLE',
    `The memory file "${file}" has version ${written}; this engine knows versions up to ${known}.`,
    { hint: 'Update the engine, or give the store in memory.yaml another path.', details: { file, version: written } },
  );
}

export function storeClosed(): EngineError {
  return new EngineError('ENGINE_CLOSED', 'The memory store has been closed.', {
    hint: 'Create a new engine to go on.',
  });
}
