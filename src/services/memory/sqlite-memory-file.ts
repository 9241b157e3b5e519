import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '../store/load-sqlite.ts';
import { isBusy } from '../store/sqlite-errors.ts';
import { sqliteHeader } from './file-format.ts';
import { notAMemory, tooNew } from './memory-errors.ts';

/** Marks a file as one of ours ("AgMe"); `user_version` is the version of its tables. */
const applicationId = 0x4167_4d65;
const version = 1;
const busyTimeoutMs = 10_000;
const pauseMs = 5;

/** `seq` only grows, also when rows are removed: whoever has read up to one of them reads on from there. */
const tables = `CREATE TABLE items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  item TEXT NOT NULL
) STRICT`;

/** Primary result codes of SQLite. */
const corruptCode = 11;
const notADatabaseCode = 26;

/** Whether the file is to be put aside, since it cannot be read as a database. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === corruptCode || code === notADatabaseCode;
}

/** Tells whether the file was replaced since; undefined when there is none. */
export function markOf(file: string): string | undefined {
  const stats = process.getBuiltinModule('node:fs').statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev} ${stats.ino}`;
}

/** Opens or creates a memory. What is no database is thrown as SQLite throws it. */
export function openDatabase(file: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  const hasContent = checkHeader(file);
  const database = new Database(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    checkOwner(database, { file, hasContent });
    switchToWal(database);
    // A commit survives a process that is killed; waiting for the disk at each would not survive more than that.
    database.exec('PRAGMA synchronous = NORMAL');
    createTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether there is something in the file. SQLite itself takes a file of a few bytes for an empty one, and writes over it. */
function checkHeader(file: string): boolean {
  const fs = process.getBuiltinModule('node:fs');
  if (!(fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false)) return false;
  const head = Buffer.alloc(sqliteHeader.length);
  const handle = fs.openSync(file, 'r');
  const length = fs.readSync(handle, head, 0, head.length, 0);
  fs.closeSync(handle);
  if (length === 0) return false;
  const text = head.toString('latin1', 0, length);
  if (text === sqliteHeader) return true;
  if (/^\s*\{\s*"v"/u.test(text)) throw notAMemory(file, 'is the JSON of a memory, not a database');
  throw Object.assign(new Error('The file is not a database.'), { errcode: notADatabaseCode });
}

function checkOwner(
  database: DatabaseSync,
  { file, hasContent }: { readonly file: string; readonly hasContent: boolean },
): void {
  // In this order: another process may make the tables and set the mark, which it does at once, between the two questions.
  const isEmpty = !hasContent || database.prepare('SELECT name FROM sqlite_schema LIMIT 1').get() === undefined;
  const id = numberOf(database, 'application_id');
  if (id !== applicationId && (id !== 0 || !isEmpty)) throw notAMemory(file, 'is the database of another program');
  const written = numberOf(database, 'user_version');
  if (written > version) throw tooNew(file, { written, known: version });
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

function createTables(database: DatabaseSync): void {
  if (numberOf(database, 'user_version') === version) return;
  inTransaction(database, () => {
    // Asked again: another process may have made them while this one waited.
    if (numberOf(database, 'user_version') === version) return;
    database.exec(`${tables}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
  });
}

/** All or nothing, with what others have written before. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

export function numberOf(database: DatabaseSync, pragma: 'application_id' | 'user_version' | 'data_version'): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}
