import type { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import { loadSqlite } from '../store/load-sqlite.ts';
import { isBusy } from '../store/sqlite-errors.ts';

const patienceMs = 10_000;
const pauseMs = 5;

/**
 * Lets one store at a time, of this or another process, work on a file. The lock is SQLite's on an empty file beside it: the
 * system frees it when its process dies, so that none is ever left behind to be judged stale.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { DatabaseSync: Database } = loadSqlite();
  const lock = new Database(lockOf(file));
  try {
    await takeLock(lock, file);
    return await work();
  } finally {
    lock.close();
  }
}

export function lockOf(file: string): string {
  const { dir, base } = process.getBuiltinModule('node:path').parse(file);
  return process.getBuiltinModule('node:path').join(dir, `.${base}.lock`);
}

async function takeLock(lock: DatabaseSync, file: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!tryLock(lock)) {
    if (performance.now() > deadline) throw lockedOut(file);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function lockedOut(file: string): EngineError {
  return new EngineError('MEMORY_STORE_UNWRITABLE', `The memory file "${file}" is kept busy by another process.`, {
    hint: 'End the other process, or wait for it.',
    details: { file },
  });
}
