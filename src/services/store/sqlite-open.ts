import type { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import { loadSqlite } from './load-sqlite.ts';
import { guarded, isBusy } from './sqlite-errors.ts';
import { migrations } from './sqlite-migrations.ts';

export interface SqliteTaskStoreOptions {
  readonly file: string;
  /** full: a commit is on the disk when it returns; process: it survives a killed process, not a power cut. */
  readonly durability: 'full' | 'process';
}

/** Marks a file as one of ours ("AgEn"); `user_version` counts the migrations that it has been through. */
const applicationId = 0x4167_456e;
const busyTimeoutMs = 5_000;
const pauseMs = 5;
const smallestFileBytes = 512;

/** Opens or creates a state file and brings it to the newest version. A file that is not ours stays as it is. */
export function openStateFile({ file, durability }: SqliteTaskStoreOptions): DatabaseSync {
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

/** An empty file is free to take; anything else has to carry our mark. */
function checkOwner(database: DatabaseSync, file: string): void {
  // In this order: another process may make the tables and set the mark, which it does at once, between the two questions.
  const isEmpty = database.prepare('SELECT name FROM sqlite_schema LIMIT 1').get() === undefined;
  const id = numberOf(database, 'application_id');
  if (id !== applicationId && (id !== 0 || !isEmpty)) throw foreignFile(file, 'is the database of another program');
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

function versionOf(database: DatabaseSync, file: string): number {
  const version = numberOf(database, 'user_version');
  if (version <= migrations.length) return version;
  throw new EngineError(
    'STORE_VERSION_UNKNOWN',
    `The state file "${file}" has version ${version}; this engine knows versions up to ${migrations.length}.`,
    { hint: 'Update the engine, or choose another state_dir.', details: { file, version } },
  );
}

function numberOf(database: DatabaseSync, pragma: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}

function foreignFile(file: string, problem: string): EngineError {
  return new EngineError('STORE_UNREADABLE', `"${file}" ${problem}, so no state can be kept there.`, {
    hint: 'Move it away, or choose another state_dir.',
    details: { file },
  });
}
