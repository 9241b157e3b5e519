import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { storeClosed, taskExists, taskMissing, taskMovedOn } from './commit-errors.ts';
import { isLeaseFree } from './lease.ts';
import type { LeaseHolder, TaskCommit, TaskFilter, TaskStore } from './port.ts';
import { isHolderGone } from './process-holder.ts';
import { guarded } from './sqlite-errors.ts';
import { openStateFile, type SqliteTaskStoreOptions } from './sqlite-open.ts';
import { textOf, toEntry, toLease, toTask, type Row } from './sqlite-rows.ts';

const sql = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  insertTask: `INSERT INTO task (id, definition, status, created_at, updated_at, seq, row)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  updateTask: 'UPDATE task SET definition = ?, status = ?, updated_at = ?, seq = ?, row = ? WHERE id = ? AND seq < ?',
  insertEntry: 'INSERT INTO journal (task, seq, at, text) VALUES (?, ?, ?, ?)',
  insertArtifact: 'INSERT INTO artifact (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING',
  task: 'SELECT * FROM task WHERE id = ?',
  // The id of a task begins with that of the task above it and "/"; the sign after "/" is "0".
  tasks: `SELECT * FROM task WHERE instr(id, '/') = 0 AND (?1 IS NULL OR status IN (SELECT value FROM json_each(?1)))
    ORDER BY created_at DESC, rowid DESC LIMIT ?2`,
  tasksBelow: `SELECT * FROM task WHERE id > ?1 || '/' AND id < ?1 || '0'
    AND (?2 IS NULL OR status IN (SELECT value FROM json_each(?2))) ORDER BY created_at DESC, rowid DESC LIMIT ?3`,
  journal: 'SELECT seq, at, text FROM journal WHERE task = ? AND seq > ? ORDER BY seq',
  artifact: 'SELECT text FROM artifact WHERE hash = ?',
  definition: 'SELECT text FROM definition WHERE hash = ?',
  insertDefinition: 'INSERT INTO definition (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING',
  lease: 'SELECT * FROM lease WHERE task = ?',
  saveLease: 'INSERT OR REPLACE INTO lease (task, holder, host, pid, started, renewed_at) VALUES (?, ?, ?, ?, ?, ?)',
  deleteLease: 'DELETE FROM lease WHERE task = ? AND holder = ?',
  renewLeases: 'UPDATE lease SET renewed_at = ? WHERE holder = ?',
} as const;

type Query = keyof typeof sql;

/** Statements of one open file, prepared when they are first used. */
interface Session {
  readonly file: string;
  readonly database: DatabaseSync;
  run(query: Query, ...values: SQLInputValue[]): number;
  first(query: Query, ...values: SQLInputValue[]): Row | undefined;
  all(query: Query, ...values: SQLInputValue[]): readonly Row[];
}

/** Keeps tasks in one SQLite file, which several processes may share. The directory has to be there. */
export function createSqliteTaskStore(options: SqliteTaskStoreOptions): TaskStore {
  const session = openSession(options);
  const { file } = session;
  const read = <T>(work: () => T): T => guarded(file, 'read', work);
  const write = <T>(work: () => T): T => guarded(file, 'write', () => inTransaction(session, work));
  const textAt = (query: Query, hash: string): string | undefined => {
    const row = read(() => session.first(query, hash));
    return row === undefined ? undefined : textOf(row, 'text');
  };
  const commitAll = (commits: readonly TaskCommit[]): void => {
    write(() => {
      for (const commit of commits) writeCommit(session, commit);
    });
  };
  return {
    commit: (commit) => {
      commitAll([commit]);
    },
    commitAll,
    task: (id) => {
      const row = read(() => session.first('task', id));
      return row === undefined ? undefined : toTask(row);
    },
    tasks: (filter = {}) => read(() => listRows(session, filter)).map(toTask),
    journal: (id, afterSeq = Number.MIN_SAFE_INTEGER) => read(() => session.all('journal', id, afterSeq)).map(toEntry),
    artifact: (hash) => textAt('artifact', hash),
    saveDefinition: (hash, text) => {
      guarded(file, 'write', () => session.run('insertDefinition', hash, text));
    },
    definition: (hash) => textAt('definition', hash),
    acquire: (id, holder, at) => write(() => takeLease(session, { id, holder, at })),
    release: (id, holder) => {
      guarded(file, 'write', () => session.run('deleteLease', id, holder));
    },
    renew: (holder, at) => {
      guarded(file, 'write', () => session.run('renewLeases', at, holder));
    },
    close: () => {
      if (session.database.isOpen) session.database.close();
    },
  };
}

function openSession(options: SqliteTaskStoreOptions): Session {
  const database = openStateFile(options);
  const statements = new Map<Query, StatementSync>();
  const statement = (query: Query): StatementSync => {
    if (!database.isOpen) throw storeClosed();
    const known = statements.get(query);
    if (known !== undefined) return known;
    const prepared = database.prepare(sql[query]);
    statements.set(query, prepared);
    return prepared;
  };
  return {
    file: options.file,
    database,
    run: (query, ...values) => Number(statement(query).run(...values).changes),
    first: (query, ...values) => statement(query).get(...values),
    all: (query, ...values) => statement(query).all(...values),
  };
}

function inTransaction<T>(session: Session, work: () => T): T {
  session.run('begin');
  try {
    const result = work();
    session.run('commit');
    return result;
  } catch (error) {
    // A full disk has SQLite roll back by itself.
    if (session.database.isTransaction) session.run('rollback');
    throw error;
  }
}

function writeCommit(session: Session, { task, entry, artifacts, isNew }: TaskCommit): void {
  const { id, definition, status, created_at: createdAt, updated_at: updatedAt, seq, row } = task;
  if (isNew) {
    const inserted = session.run('insertTask', id, definition, status, createdAt, updatedAt, seq, row);
    if (inserted === 0) throw taskExists(id);
  } else {
    const updated = session.run('updateTask', definition, status, updatedAt, seq, row, id, entry.seq);
    if (updated === 0) throw session.first('task', id) === undefined ? taskMissing(id) : taskMovedOn(id, entry.seq);
  }
  session.run('insertEntry', id, entry.seq, entry.at, entry.text);
  for (const { hash, text } of artifacts) session.run('insertArtifact', hash, text);
}

function listRows(session: Session, { status, below, limit = -1 }: TaskFilter): readonly Row[] {
  const statuses = status === undefined ? null : JSON.stringify(status);
  if (below !== undefined) return session.all('tasksBelow', below, statuses, limit);
  return session.all('tasks', statuses, limit);
}

function takeLease(session: Session, claim: { id: string; holder: LeaseHolder; at: number }): boolean {
  const { id, holder, at } = claim;
  const row = session.first('lease', id);
  const lease = row === undefined ? undefined : toLease(row);
  if (!isLeaseFree(lease, { holder: holder.id, at, isHolderGone })) return false;
  session.run('saveLease', id, holder.id, holder.host, holder.pid, holder.started ?? null, at);
  return true;
}
