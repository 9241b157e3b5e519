import type { Artifact, StoredChange, WorkspaceChange } from './port.ts';
import { writeArtifacts } from './sqlite-commits.ts';
import { toChange } from './sqlite-rows.ts';
import type { Session } from './sqlite-session.ts';

const sql = {
  insert: `INSERT INTO change (task, stage, tool, path, before, after, at, directories) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ofTask: 'SELECT * FROM change WHERE task = ? ORDER BY id DESC',
  ofTree: `SELECT * FROM change WHERE task = ?1 OR (task > ?1 || '/' AND task < ?1 || '0') ORDER BY id DESC`,
  markUndone: 'UPDATE change SET undone_at = ? WHERE id IN (SELECT value FROM json_each(?))',
} as const;

export function saveChange(session: Session, change: WorkspaceChange, artifacts: readonly Artifact[]): number {
  return session.transaction(() => {
    const { task, stage, tool, path, before, after, at, directories } = change;
    writeArtifacts(session, task, artifacts);
    return session.insert(sql.insert, task, stage, tool, path, before, after, at, JSON.stringify(directories));
  });
}

export function changesOf(session: Session, task: string, isTree: boolean): readonly StoredChange[] {
  return session.reading(() => session.all(isTree ? sql.ofTree : sql.ofTask, task)).map(toChange);
}

export function markUndone(session: Session, ids: readonly number[], at: number): void {
  session.writing(() => session.run(sql.markUndone, at, JSON.stringify(ids)));
}
