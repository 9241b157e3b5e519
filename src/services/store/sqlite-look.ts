import type { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import { loadSqlite } from './load-sqlite.ts';
import { guarded } from './sqlite-errors.ts';
import { checkOwner, isAllowed, versionOf } from './sqlite-file.ts';
import { migrations } from './sqlite-migrations.ts';

/**
 * Opens a state file that this user may only read. What others write at the same time is seen where their files of the write-ahead log
 * can be read; nothing is made beside the file, as SQLite would do.
 */
export function openForLooking(file: string): DatabaseSync {
  return guarded(file, 'read', () => {
    checkReadable(file);
    const database = openReadOnly(file);
    try {
      checkOwner(database, file);
      if (versionOf(database, file) === migrations.length) return database;
      throw new EngineError(
        'STORE_UNWRITABLE',
        `The state file "${file}" is of an older version, and this user may not bring it up to date.`,
        { hint: 'Have somebody who may write it list its tasks once with this version.', details: { file } },
      );
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function checkReadable(file: string): void {
  const { constants } = process.getBuiltinModule('node:fs');
  if (isAllowed(file, constants.R_OK)) return;
  throw new EngineError('STORE_UNREADABLE', `The state file "${file}" may not be read by this user.`, {
    hint: 'Give this user the right to read the file and its directory.',
    details: { file },
  });
}

function openReadOnly(file: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  const fs = process.getBuiltinModule('node:fs');
  const isThere = (ending: string): boolean => fs.existsSync(`${file}${ending}`);
  if (isThere('-wal') && isThere('-shm')) return new Database(file, { readOnly: true });
  if (isThere('-wal')) return openCopy(file);
  // Everything is in the file itself, and nobody has it open.
  const address = process.getBuiltinModule('node:url').pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return new Database(address, { readOnly: true });
}

/** SQLite needs a third file to read the log, which cannot be made here. A database that is open stays when its files are removed. */
function openCopy(file: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  const fs = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const directory = fs.mkdtempSync(path.join(process.getBuiltinModule('node:os').tmpdir(), 'agent-engine-'));
  try {
    const copy = path.join(directory, path.basename(file));
    for (const ending of ['', '-wal']) fs.copyFileSync(`${file}${ending}`, `${copy}${ending}`);
    const database = new Database(copy);
    database.prepare('SELECT count(*) FROM sqlite_schema').get(); // reads the log
    return database;
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
