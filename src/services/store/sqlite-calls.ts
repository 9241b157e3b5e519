import type { StoredCall } from './port.ts';
import { textOf } from './sqlite-rows.ts';
import type { Session } from './sqlite-session.ts';

const sql = {
  insert: 'INSERT OR REPLACE INTO call (task, scope, key, at, text) VALUES (?, ?, ?, ?, ?)',
  ofTask: 'SELECT scope, key, at, text FROM call WHERE task = ? ORDER BY id',
  ofScope: 'SELECT scope, key, at, text FROM call WHERE task = ? AND scope = ? ORDER BY id',
} as const;

export function saveCall(session: Session, { task, scope, key, at, text }: StoredCall): void {
  session.writing(() => session.run(sql.insert, task, scope, key, at, text));
}

export function callsOf(session: Session, task: string, scope?: string): readonly StoredCall[] {
  return session
    .reading(() => (scope === undefined ? session.all(sql.ofTask, task) : session.all(sql.ofScope, task, scope)))
    .map((row) => {
      const [of, key, text] = [textOf(row, 'scope'), textOf(row, 'key'), textOf(row, 'text')];
      return { task, scope: of, key, at: Number(row['at']), text };
    });
}
