import { holderOf, isLeaseFree } from './lease.ts';
import type { LeaseHolder, TaskCommit, TaskStore } from './port.ts';
import { isHolderGone } from './process-holder.ts';
import { callsOf, saveCall } from './sqlite-calls.ts';
import { changesOf, markUndone, saveChange } from './sqlite-changes.ts';
import { saveDefinition, writeCommits } from './sqlite-commits.ts';
import { listTasks } from './sqlite-lists.ts';
import type { SqliteTaskStoreOptions } from './sqlite-open.ts';
import { prune } from './sqlite-prune.ts';
import { textOf, toEntry, toLease, toTask } from './sqlite-rows.ts';
import { openSession, type Session } from './sqlite-session.ts';
import { fileVersion, sendSignal, takeSignals } from './sqlite-signals.ts';

const sql = {
  task: `SELECT task.*, checkpoint.seq AS row_seq, checkpoint.row FROM task JOIN checkpoint ON checkpoint.task = task.id
    WHERE task.id = ?`,
  journal: 'SELECT seq, at, text, row_check FROM journal WHERE task = ? AND seq > ? ORDER BY seq',
  artifact: 'SELECT text FROM artifact WHERE hash = ?',
  definition: 'SELECT text FROM definition WHERE hash = ?',
  lease: 'SELECT * FROM lease WHERE task = ?',
  saveLease: 'INSERT OR REPLACE INTO lease (task, holder, host, pid, started, renewed_at) VALUES (?, ?, ?, ?, ?, ?)',
  deleteLease: 'DELETE FROM lease WHERE task = ? AND holder = ?',
  renewLeases: 'UPDATE lease SET renewed_at = ? WHERE holder = ?',
} as const;

/** Keeps tasks in one SQLite file, which several processes may share. The directory has to be there. */
export function createSqliteTaskStore(options: SqliteTaskStoreOptions): TaskStore {
  const session = openSession(options);
  let version = fileVersion(session);
  const textAt = (query: string, hash: string): string | undefined => {
    const row = session.reading(() => session.first(query, hash));
    return row === undefined ? undefined : textOf(row, 'text');
  };
  const commitAll = (commits: readonly TaskCommit[]): void => {
    session.transaction(() => writeCommits(session, commits));
  };
  return {
    commit: (commit) => {
      commitAll([commit]);
    },
    commitAll,
    task: (id) => {
      const row = session.reading(() => session.first(sql.task, id));
      return row === undefined ? undefined : toTask(row);
    },
    tasks: (filter = {}) => session.reading(() => listTasks(session, filter)),
    journal: (id, afterSeq = Number.MIN_SAFE_INTEGER) =>
      session.reading(() => session.all(sql.journal, id, afterSeq)).map(toEntry),
    artifact: (hash) => textAt(sql.artifact, hash),
    saveDefinition: (hash, text) => {
      session.writing(() => saveDefinition(session, hash, text));
    },
    definition: (hash) => textAt(sql.definition, hash),
    ...leases(session),
    prune: (wanted) => prune(session, wanted),
    sendSignal: (signal) => sendSignal(session, signal),
    takeSignals: (tasks) => takeSignals(session, tasks),
    hasChanged: () => {
      const before = version;
      version = fileVersion(session);
      return version !== before;
    },
    saveChange: (change, artifacts) => saveChange(session, change, artifacts),
    changes: (taskId, { below = false } = {}) => changesOf(session, taskId, below),
    saveCall: (call) => saveCall(session, call),
    calls: (taskId, scope) => callsOf(session, taskId, scope),
    markUndone: (ids, at) => markUndone(session, ids, at),
    close: () => {
      if (session.database.isOpen) session.database.close();
    },
  };
}

function leases(session: Session): Pick<TaskStore, 'acquire' | 'release' | 'renew' | 'holder'> {
  return {
    acquire: (id, holder, at) => session.transaction(() => takeLease(session, { id, holder, at })),
    release: (id, holder) => {
      session.writing(() => session.run(sql.deleteLease, id, holder));
    },
    holder: (id, at) => {
      const row = session.reading(() => session.first(sql.lease, id));
      return row === undefined ? undefined : holderOf(toLease(row), { at, isHolderGone });
    },
    renew: (holder, at) => {
      session.writing(() => session.run(sql.renewLeases, at, holder));
    },
  };
}

function takeLease(session: Session, claim: { id: string; holder: LeaseHolder; at: number }): boolean {
  const { id, holder, at } = claim;
  const row = session.first(sql.lease, id);
  const lease = row === undefined ? undefined : toLease(row);
  if (!isLeaseFree(lease, { holder: holder.id, at, isHolderGone })) return false;
  session.run(sql.saveLease, id, holder.id, holder.host, holder.pid, holder.started ?? null, at);
  return true;
}
