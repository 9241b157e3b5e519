import type { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import { loadSqlite } from './load-sqlite.ts';
import { guarded, isBusy } from './sqlite-errors.ts';
import { applicationId, checkOwner, foreignFile, isAllowed, versionOf } from './sqlite-file.ts';
import { openForLooking } from './sqlite-look.ts';
import { migrations } from './sqlite-migrations.ts';

export interface SqliteTaskStoreOptions {
  readonly file: string;
  /** full: a commit is on the disk when it returns; process: it survives a killed process, not a power cut. */
  readonly durability: 'full' | 'process';
  /** Nothing is to be written: then the right to read the file will do. Default: false. */
  readonly looking?: boolean;
}

const busyTimeoutMs = 5_000;
const pauseMs = 5;
const smallestFileBytes = 512;

/** Opens or creates a state file and brings it to the newest version. A file that is not ours stays as it is. */
export function openStateFile({ file, durability, looking = false }: SqliteTaskStoreOptions): DatabaseSync {
  if (looking && !mayWrite(file)) return openForLooking(file);
  const { DatabaseSync: Database } = loadSqlite();
  guarded(file, 'write', () => {
    checkPlace(file);
  });
  const database = guarded(file, 'write', () => new Database(file));
  try {
    guarded(file, 'write', () => {
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      checkOwner(database, file);
      switchToWal(database);
      database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
      migrate(database, file);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Asked beforehand: what SQLite makes beside a file that it may not write would be in the way of those who may. */
function mayWrite(file: string): boolean {
  const fs = process.getBuiltinModule('node:fs');
  const beside = ['-wal', '-shm'].map((ending) => `${file}${ending}`).filter((one) => fs.existsSync(one));
  return [file, process.getBuiltinModule('node:path').dirname(file), ...beside].every((one) =>
    isAllowed(one, fs.constants.W_OK),
  );
}

function checkPlace(file: string): void {
  const fs = process.getBuiltinModule('node:fs');
  const directory = process.getBuiltinModule('node:path').dirname(file);
  if (!fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError('STORE_UNWRITABLE', `The directory "${directory}" of the state file does not exist.`, {
      hint: 'Create the directory, or choose another state_dir.',
      details: { file },
    });
  }
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isFile()) throw foreignFile(file, 'is no file');
  // SQLite itself would take a file of a few bytes for an empty one, and write over it.
  if (stats.size > 0 && stats.size < smallestFileBytes) throw foreignFile(file, 'is no SQLite database');
}

/** SQLite does not wait by itself when two processes switch a new file at the same moment. */
function switchToWal(database: DatabaseSync): void {
  const end = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

function migrate(database: DatabaseSync, file: string): void {
  if (versionOf(database, file) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again: another process may have migrated it while this one waited.
    for (const migration of migrations.slice(versionOf(database, file))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
