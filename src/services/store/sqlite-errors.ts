import { EngineError, isEngineError } from '../../errors/index.ts';

type Access = 'read' | 'write';

interface FaultRow {
  readonly code: 'STORE_UNREADABLE' | 'STORE_UNWRITABLE';
  readonly problem: string;
  readonly hint: string;
}

const damagedHint = 'Move the file away together with its -wal file, and restore both from a backup.';
const permissionHint = 'Give this user the right to write the file and its directory, or choose another state_dir.';

/** Primary result codes of SQLite that have a cause outside of the engine. */
const faults: Readonly<Record<number, FaultRow>> = {
  3: { code: 'STORE_UNWRITABLE', problem: 'may not be opened', hint: permissionHint },
  5: {
    code: 'STORE_UNWRITABLE',
    problem: 'is kept busy by another process',
    hint: 'End the other process, or wait for it.',
  },
  8: { code: 'STORE_UNWRITABLE', problem: 'is read-only', hint: permissionHint },
  10: {
    code: 'STORE_UNWRITABLE',
    problem: 'cannot be written: the disk reports an error',
    hint: 'Check the disk and its free space.',
  },
  11: { code: 'STORE_UNREADABLE', problem: 'is damaged', hint: damagedHint },
  13: { code: 'STORE_UNWRITABLE', problem: 'cannot grow: the disk is full', hint: 'Free some space on the disk.' },
  14: { code: 'STORE_UNWRITABLE', problem: 'cannot be opened', hint: permissionHint },
  26: { code: 'STORE_UNREADABLE', problem: 'is not a state file', hint: damagedHint },
};

const unknownFaults = {
  read: { code: 'STORE_UNREADABLE', problem: 'cannot be read', hint: damagedHint },
  write: { code: 'STORE_UNWRITABLE', problem: 'cannot be written', hint: 'Check the disk and its free space.' },
} as const satisfies Record<Access, FaultRow>;

/** Carries out work on a state file; what SQLite throws becomes an EngineError that names the file. */
export function guarded<T>(file: string, access: Access, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isEngineError(error)) throw error;
    const { code, problem, hint } = faults[primaryCode(error)] ?? unknownFaults[access];
    const details = { file, ...(isBusy(error) && { isBusy: true }) };
    throw new EngineError(code, `The state file "${file}" ${problem}.`, { hint, details, cause: error });
  }
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === 5;
}

function primaryCode(error: unknown): number {
  // The higher bits of `errcode` hold SQLite's extended code.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
}
