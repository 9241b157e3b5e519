import { isLeaseFree } from './lease.ts';
import { overStatuses, type Pruned, type PruneOptions } from './port.ts';
import { isHolderGone } from './process-holder.ts';
import { numberOf, textOf, toLease, type Row } from './sqlite-rows.ts';
import type { Session } from './sqlite-session.ts';

/** A transaction ends once it removed this many rows: others wait that long. A task is removed in one, however large. */
const rowsPerStep = 1_000;
/** Tasks that are looked at in one step. */
const tasksPerStep = 200;

const belongsTo = (column: string): string => `${column} = ?1 OR (${column} > ?1 || '/' AND ${column} < ?1 || '0')`;

const sql = {
  byStatus: `SELECT id, status, updated_at, created_at, rowid FROM task WHERE instr(id, '/') = 0 AND status = ?1
    AND (created_at, rowid) > (?2, ?3) AND created_at < ?4 AND updated_at < ?4
    ORDER BY created_at, rowid LIMIT ${tasksPerStep}`,
  byId: 'SELECT id, status, updated_at, created_at, rowid FROM task WHERE id = ?',
  idsBelow: `SELECT id FROM task WHERE id > ?1 || '/' AND id < ?1 || '0'`,
  lease: 'SELECT * FROM lease WHERE task = ?',
  hashes: `SELECT DISTINCT hash FROM artifact_reference WHERE ${belongsTo('task')}`,
  dropArtifact: `DELETE FROM artifact WHERE hash = ?1
    AND NOT EXISTS (SELECT 1 FROM artifact_reference AS reference WHERE reference.hash = ?1)`,
  dropDefinitions: `DELETE FROM definition WHERE hash IN (
    SELECT hash FROM definition WHERE NOT EXISTS (SELECT 1 FROM task WHERE task.definition = definition.hash)
    AND hash NOT IN (SELECT value FROM json_each(?)) LIMIT 100)`,
  ofTask: ['journal', 'checkpoint', 'artifact_reference', 'signal', 'change', 'call', 'lease'].map(
    (table) => `DELETE FROM ${table} WHERE ${belongsTo('task')}`,
  ),
  tasks: `DELETE FROM task WHERE ${belongsTo('id')}`,
} as const;

interface Work {
  readonly session: Session;
  readonly options: PruneOptions;
}

export function* prune(session: Session, options: PruneOptions): Generator<Pruned, void, undefined> {
  const work: Work = { session, options };
  for (const page of options.ids === undefined ? pagesByStatus(work) : pagesById(work)) yield* prunePage(work, page);
  if (options.dryRun !== true) yield* pruneDefinitions(session);
}

function* pagesByStatus({ session, options }: Work): Generator<readonly Row[], void, undefined> {
  // A task is not older than its last change, so the index leaves out what is too young.
  const before = options.updatedBefore ?? Number.MAX_SAFE_INTEGER;
  for (const status of options.status ?? overStatuses) {
    let place: readonly [number, number] = [Number.MIN_SAFE_INTEGER, 0];
    for (;;) {
      const rows = session.reading(() => session.all(sql.byStatus, status, ...place, before));
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows;
      place = [numberOf(last, 'created_at'), numberOf(last, 'rowid')];
    }
  }
}

function* pagesById({ session, options: { ids = [] } }: Work): Generator<readonly Row[], void, undefined> {
  const roots = new Set(ids.filter((id) => !id.includes('/')));
  for (const id of roots) yield session.reading(() => session.all(sql.byId, id));
}

function* prunePage(work: Work, page: readonly Row[]): Generator<Pruned, void, undefined> {
  const rest = page.filter((row) => isWanted(row, work.options)).map((row) => textOf(row, 'id'));
  while (rest.length > 0) yield pruneSome(work, rest);
}

/** Takes tasks from the front of the list. */
function pruneSome({ session, options }: Work, rest: string[]): Pruned {
  if (options.dryRun === true) {
    const tasks = session.reading(() => rest.splice(0).filter((id) => isFree(session, id, options)));
    return { tasks, below: [], artifacts: 0, definitions: 0 };
  }
  return session.transaction(() => {
    const tasks: string[] = [];
    const below: string[] = [];
    let [artifacts, rows] = [0, 0];
    while (rows < rowsPerStep) {
      const id = rest.shift();
      if (id === undefined) break;
      if (!isFree(session, id, options)) continue;
      for (const row of session.all(sql.idsBelow, id)) below.push(textOf(row, 'id'));
      const hashes = session.all(sql.hashes, id).map((row) => textOf(row, 'hash'));
      for (const statement of [...sql.ofTask, sql.tasks]) rows += session.run(statement, id);
      for (const hash of hashes) artifacts += session.run(sql.dropArtifact, hash);
      tasks.push(id);
    }
    return { tasks, below, artifacts, definitions: 0 };
  });
}

/** Looked at again in the transaction: somebody may have taken it up, or removed it. */
function isFree(session: Session, id: string, options: PruneOptions): boolean {
  const task = session.first(sql.byId, id);
  if (task === undefined || !isWanted(task, options)) return false;
  const lease = session.first(sql.lease, id);
  const claim = { holder: '', at: options.now, isHolderGone };
  return isLeaseFree(lease === undefined ? undefined : toLease(lease), claim);
}

function isWanted(row: Row, { status = overStatuses, updatedBefore = Infinity }: PruneOptions): boolean {
  const own = textOf(row, 'status');
  return status.some((one) => one === own) && numberOf(row, 'updated_at') < updatedBefore;
}

/** The definitions that were saved here are those of an engine that still has them. */
function* pruneDefinitions(session: Session): Generator<Pruned, void, undefined> {
  const own = JSON.stringify([...session.definitions.keys()]);
  for (;;) {
    const definitions = session.writing(() => session.run(sql.dropDefinitions, own));
    if (definitions === 0) return;
    yield { tasks: [], below: [], artifacts: 0, definitions };
  }
}
