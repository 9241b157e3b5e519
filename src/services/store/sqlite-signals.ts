import { taskMissing } from './commit-errors.ts';
import type { Signal } from './port.ts';
import { numberOf, toSignal } from './sqlite-rows.ts';
import type { Session } from './sqlite-session.ts';

const sql = {
  send: 'INSERT INTO signal (task, command, at, data) SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM task WHERE id = ?1)',
  find: 'SELECT 1 FROM signal WHERE task IN (SELECT value FROM json_each(?)) LIMIT 1',
  take: 'DELETE FROM signal WHERE task IN (SELECT value FROM json_each(?)) RETURNING *',
  version: 'PRAGMA data_version',
} as const;

export function sendSignal(session: Session, { task, command, at, data }: Signal): void {
  const sent = session.writing(() => session.run(sql.send, task, command, at, data ?? null));
  if (sent === 0) throw taskMissing(task);
}

export function takeSignals(session: Session, tasks: readonly string[]): readonly Signal[] {
  const ids = JSON.stringify(tasks);
  // Most often there is nothing to take, and then there is no need to wait for those who write.
  if (session.reading(() => session.first(sql.find, ids)) === undefined) return [];
  const rows = session.writing(() => session.all(sql.take, ids));
  return rows.toSorted((left, right) => numberOf(left, 'id') - numberOf(right, 'id')).map(toSignal);
}

/** The version of the file as this connection sees it: its own writes do not count. */
export function fileVersion(session: Session): number {
  const row = session.reading(() => session.first(sql.version));
  return row === undefined ? 0 : numberOf(row, 'data_version');
}
