import { rowMissing, taskExists, taskMissing, taskMovedOn } from './commit-errors.ts';
import type { Artifact, TaskCommit } from './port.ts';
import type { Session } from './sqlite-session.ts';

const sql = {
  insertTask: `INSERT INTO task (id, definition, status, mode, pipeline, created_at, updated_at, seq)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  // A step seldom changes what is in an index, and an index that is named here is written whether it changes or not.
  moveTask: 'UPDATE task SET updated_at = ?, seq = ? WHERE id = ? AND seq < ? AND status = ? AND definition = ?',
  updateTask: 'UPDATE task SET definition = ?, status = ?, updated_at = ?, seq = ? WHERE id = ? AND seq < ?',
  saveCheckpoint: `INSERT INTO checkpoint (task, seq, row) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET seq = excluded.seq, row = excluded.row`,
  insertEntry: 'INSERT INTO journal (task, seq, at, text, row_check) VALUES (?, ?, ?, ?, ?)',
  insertArtifact: 'INSERT INTO artifact (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING',
  insertReference: 'INSERT INTO artifact_reference (task, hash) VALUES (?, ?) ON CONFLICT DO NOTHING',
  insertDefinition: 'INSERT INTO definition (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING',
  hasTask: 'SELECT 1 FROM task WHERE id = ?',
  hasDefinition: 'SELECT 1 FROM definition WHERE hash = ?',
} as const;

/** Belongs into a transaction. Of several steps of one task, only the last is what the task is moved to. */
export function writeCommits(session: Session, commits: readonly TaskCommit[]): void {
  const moves = new Map<string, Move>();
  for (const { task, entry, isNew } of commits) {
    if (isNew) insertTask(session, task);
    else moves.set(task.id, { task, firstSeq: moves.get(task.id)?.firstSeq ?? entry.seq });
    if (task.row !== undefined) session.run(sql.saveCheckpoint, task.id, task.seq, task.row);
  }
  for (const move of moves.values()) updateTask(session, move);
  for (const { task, entry, artifacts } of commits) {
    session.run(sql.insertEntry, task.id, entry.seq, entry.at, entry.text, entry.check ?? null);
    writeArtifacts(session, task.id, artifacts);
  }
}

interface Move {
  readonly task: TaskCommit['task'];
  /** The first of the entries that led there: the journal must end before it. */
  readonly firstSeq: number;
}

function insertTask(session: Session, task: TaskCommit['task']): void {
  if (task.row === undefined) throw rowMissing(task.id);
  const { id, definition, status, mode, pipeline, created_at: createdAt, updated_at: updatedAt, seq } = task;
  const values = [id, definition, status, mode, pipeline, createdAt, updatedAt, seq];
  if (session.run(sql.insertTask, ...values) === 0) throw taskExists(id);
  keepDefinition(session, definition);
}

/** No task may have referred to it until now, so another process may have removed it. */
function keepDefinition(session: Session, definition: string): void {
  const text = session.definitions.get(definition);
  if (text !== undefined && session.first(sql.hasDefinition, definition) === undefined)
    saveDefinition(session, definition, text);
}

function updateTask(session: Session, { task, firstSeq }: Move): void {
  const { id, definition, status, updated_at: updatedAt, seq } = task;
  if (session.run(sql.moveTask, updatedAt, seq, id, firstSeq, status, definition) > 0) return;
  if (session.run(sql.updateTask, definition, status, updatedAt, seq, id, firstSeq) > 0) {
    keepDefinition(session, definition);
    return;
  }
  throw session.first(sql.hasTask, id) === undefined ? taskMissing(id) : taskMovedOn(id, firstSeq);
}

export function writeArtifacts(session: Session, task: string, artifacts: readonly Artifact[]): void {
  for (const { hash, text } of artifacts) {
    session.run(sql.insertArtifact, hash, text);
    session.run(sql.insertReference, task, hash);
  }
}

export function saveDefinition(session: Session, hash: string, text: string): void {
  session.definitions.set(hash, text);
  session.run(sql.insertDefinition, hash, text);
}
