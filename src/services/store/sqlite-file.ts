import type { DatabaseSync } from 'node:sqlite';
import { EngineError } from '../../errors/index.ts';
import { migrations } from './sqlite-migrations.ts';

/** Marks a file as one of ours ("AgEn"); `user_version` counts the migrations that it has been through. */
export const applicationId = 0x4167_456e;

/** An empty file is free to take; anything else has to carry our mark. */
export function checkOwner(database: DatabaseSync, file: string): void {
  // In this order: another process may make the tables and set the mark, which it does at once, between the two questions.
  const isEmpty = database.prepare('SELECT name FROM sqlite_schema LIMIT 1').get() === undefined;
  const id = numberOf(database, 'application_id');
  if (id !== applicationId && (id !== 0 || !isEmpty)) throw foreignFile(file, 'is the database of another program');
}

export function versionOf(database: DatabaseSync, file: string): number {
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

export function foreignFile(file: string, problem: string): EngineError {
  return new EngineError('STORE_UNREADABLE', `"${file}" ${problem}, so no state can be kept there.`, {
    hint: 'Move it away, or choose another state_dir.',
    details: { file },
  });
}

/** Whether this user may do something with a file; not a matter of its mode alone, as on a disk that is mounted to be read. */
export function isAllowed(file: string, access: number): boolean {
  try {
    process.getBuiltinModule('node:fs').accessSync(file, access);
    return true;
  } catch {
    return false;
  }
}
