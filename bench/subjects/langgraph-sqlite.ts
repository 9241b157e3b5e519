import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { hasFunctions, loadPeer } from '../support/peer.ts';
import { addNote } from '../support/notes.ts';

interface SqliteModule {
  readonly SqliteSaver: {
    new (database: unknown): unknown;
    fromConnString(file: string): { readonly db: { close(): void } };
  };
}

interface SqliteSaver {
  readonly checkpointer: unknown;
  readonly close: () => void;
}

/** LangGraph's own keeper of checkpoints, with the commit that survives a crash of the process but not of the system. */
export async function openSqliteSaver(directory: string): Promise<SqliteSaver> {
  const { SqliteSaver } = await loadPeer('@langchain/langgraph-checkpoint-sqlite', isSqliteModule);
  const file = path.join(directory, 'langgraph.db');
  try {
    const checkpointer = SqliteSaver.fromConnString(file);
    return { checkpointer, close: () => checkpointer.db.close() };
  } catch (error) {
    addNote(`SqliteSaver runs on node:sqlite, since its driver better-sqlite3 does not load: ${reasonOf(error)}`);
    const database = likeBetterSqlite(new DatabaseSync(file));
    return { checkpointer: new SqliteSaver(database), close: () => database.close() };
  }
}

type Value = SQLInputValue | undefined;

/** The part of better-sqlite3 that SqliteSaver uses. */
function likeBetterSqlite(database: DatabaseSync) {
  return {
    pragma: (text: string): void => database.exec(`PRAGMA ${text}`),
    exec: (text: string): void => database.exec(text),
    prepare(text: string) {
      const statement = database.prepare(text);
      return {
        run: (...values: Value[]) => statement.run(...values.map(bound)),
        get: (...values: Value[]) => statement.get(...values.map(bound)),
        all: (...values: Value[]) => statement.all(...values.map(bound)),
      };
    },
    transaction:
      (run: (rows: Value[][]) => void) =>
      (rows: Value[][]): void => {
        database.exec('BEGIN');
        run(rows);
        database.exec('COMMIT');
      },
    close: (): void => database.close(),
  };
}

function bound(value: Value): SQLInputValue {
  return value ?? null;
}

function isSqliteModule(module: unknown): module is SqliteModule {
  return hasFunctions(module, ['SqliteSaver']);
}

/** The first sentence says why; it may go over several lines. */
function reasonOf(error: unknown): string {
  const [reason] = (error instanceof Error ? error.message : String(error)).split(/\. |\.\n/u);
  return `${(reason ?? '').replaceAll('\n', ' ')}.`;
}
