import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { storeClosed } from './commit-errors.ts';
import { guarded } from './sqlite-errors.ts';
import { openStateFile, type SqliteTaskStoreOptions } from './sqlite-open.ts';
import type { Row } from './sqlite-rows.ts';

/** One open file. Statements are prepared when they are first used, so their texts have to be few. */
export interface Session {
  readonly database: DatabaseSync;
  /** Texts of the definitions that were saved here, by hash. */
  readonly definitions: Map<string, string>;
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Gives the id of the row. */
  insert(sql: string, ...values: SQLInputValue[]): number;
  first(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** Whatever SQLite throws in there becomes an EngineError. */
  reading<T>(work: () => T): T;
  writing<T>(work: () => T): T;
  transaction<T>(work: () => T): T;
}

export function openSession(options: SqliteTaskStoreOptions): Session {
  const { file } = options;
  const database = openStateFile(options);
  const statements = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    if (!database.isOpen) throw storeClosed();
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = database.prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  const session: Session = {
    database,
    definitions: new Map(),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    insert: (sql, ...values) => Number(statement(sql).run(...values).lastInsertRowid),
    first: (sql, ...values) => statement(sql).get(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    reading: (work) => guarded(file, 'read', work),
    writing: (work) => guarded(file, 'write', work),
    transaction: (work) => guarded(file, 'write', () => inTransaction(session, work)),
  };
  return session;
}

function inTransaction<T>(session: Session, work: () => T): T {
  session.run('BEGIN IMMEDIATE');
  try {
    const result = work();
    session.run('COMMIT');
    return result;
  } catch (error) {
    // A full disk has SQLite roll back by itself.
    if (session.database.isTransaction) session.run('ROLLBACK');
    throw error;
  }
}
