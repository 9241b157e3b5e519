import { rowMissing, taskExists, taskMissing, taskMovedOn } from './commit-errors.ts';
import { holderOf, isLeaseFree } from './lease.ts';
import { prune } from './memory-prune.ts';
import { createTables, keepArtifacts, openTables, type Tables } from './memory-tables.ts';
import type { LeaseHolder, ListedTask, Signal, StoredTask, TaskCommit, TaskFilter, TaskStore } from './port.ts';
import { matchesFilter } from './task-filter.ts';

/** Keeps tasks as long as the process lives. Runs in a browser. */
export function createMemoryTaskStore(): TaskStore {
  const tables = createTables();
  const open = (): Tables => openTables(tables);
  const commitAll = (commits: readonly TaskCommit[]): void => {
    checkCommits(open(), commits);
    for (const commit of commits) applyCommit(tables, commit);
  };
  return {
    commit: (commit) => {
      commitAll([commit]);
    },
    commitAll,
    task: (id) => open().tasks.get(id),
    tasks: (filter = {}) => listTasks(open(), filter),
    journal: (id, afterSeq = -Infinity) => (open().journals.get(id) ?? []).filter((entry) => entry.seq > afterSeq),
    artifact: (hash) => open().artifacts.get(hash),
    saveDefinition: (hash, text) => {
      if (!open().definitions.has(hash)) tables.definitions.set(hash, text);
    },
    definition: (hash) => open().definitions.get(hash),
    ...leases(tables),
    prune: (options) => prune(tables, options),
    ...signals(tables),
    ...changes(tables),
    ...calls(tables),
    close: () => {
      tables.isClosed = true;
    },
  };
}

function leases(tables: Tables): Pick<TaskStore, 'acquire' | 'release' | 'renew' | 'holder'> {
  return {
    acquire: (id, holder, at) => acquire(openTables(tables), { id, holder, at }),
    release: (id, holder) => {
      if (openTables(tables).leases.get(id)?.holder.id === holder) tables.leases.delete(id);
    },
    holder: (id, at) => holderOf(openTables(tables).leases.get(id), { at, isHolderGone: () => false }),
    renew: (holder, at) => {
      renew(openTables(tables), holder, at);
    },
  };
}

function signals(tables: Tables): Pick<TaskStore, 'sendSignal' | 'takeSignals' | 'hasChanged'> {
  return {
    sendSignal: (signal) => {
      if (!openTables(tables).tasks.has(signal.task)) throw taskMissing(signal.task);
      tables.signals.push(signal);
      tables.hasNews = true;
    },
    takeSignals: (tasks) => {
      const taken: Signal[] = [];
      const left: Signal[] = [];
      for (const signal of openTables(tables).signals) (tasks.includes(signal.task) ? taken : left).push(signal);
      tables.signals = left;
      return taken;
    },
    hasChanged: () => {
      const { hasNews } = openTables(tables);
      tables.hasNews = false;
      return hasNews;
    },
  };
}

function changes(tables: Tables): Pick<TaskStore, 'saveChange' | 'changes' | 'markUndone'> {
  return {
    saveChange: (change, artifacts) => {
      keepArtifacts(openTables(tables), change.task, artifacts);
      tables.lastChange += 1;
      tables.changes.push({ ...change, id: tables.lastChange });
      return tables.lastChange;
    },
    changes: (taskId, { below = false } = {}) =>
      openTables(tables)
        .changes.filter(({ task }) => task === taskId || (below && task.startsWith(`${taskId}/`)))
        .toReversed(),
    markUndone: (ids, at) => {
      const marked = new Set(ids);
      for (const [place, change] of openTables(tables).changes.entries())
        if (marked.has(change.id)) tables.changes[place] = { ...change, undone_at: at };
    },
  };
}

function calls(tables: Tables): Pick<TaskStore, 'saveCall' | 'calls'> {
  return {
    saveCall: (call) => {
      const place = JSON.stringify([call.task, call.scope, call.key]);
      openTables(tables).calls.delete(place);
      tables.calls.set(place, call);
    },
    calls: (taskId, scope) =>
      [...openTables(tables).calls.values()].filter(({ task, scope: of }) => task === taskId && (scope ?? of) === of),
  };
}

/** Before anything is changed, so that several commits are all or none. */
function checkCommits(tables: Tables, commits: readonly TaskCommit[]): void {
  const reached = new Map<string, number>();
  for (const { task, entry, isNew } of commits) {
    const seq = reached.get(task.id) ?? tables.tasks.get(task.id)?.seq;
    if (isNew && seq !== undefined) throw taskExists(task.id);
    if (isNew && task.row === undefined) throw rowMissing(task.id);
    if (!isNew && seq === undefined) throw taskMissing(task.id);
    if (seq !== undefined && seq >= entry.seq) throw taskMovedOn(task.id, entry.seq);
    reached.set(task.id, task.seq);
  }
}

function applyCommit(tables: Tables, { task, entry, artifacts }: TaskCommit): void {
  const known = tables.tasks.get(task.id);
  tables.tasks.set(task.id, storedTask(task, known));
  const journal = tables.journals.get(task.id);
  if (journal === undefined) tables.journals.set(task.id, [entry]);
  else journal.push(entry);
  keepArtifacts(tables, task.id, artifacts);
}

function storedTask({ row, ...task }: TaskCommit['task'], known: StoredTask | undefined): StoredTask {
  const checkpoint =
    row === undefined && known !== undefined
      ? { row: known.row, row_seq: known.row_seq }
      : { row: row ?? '', row_seq: task.seq };
  if (known === undefined) return { ...task, ...checkpoint };
  return { ...task, ...checkpoint, created_at: known.created_at, mode: known.mode, pipeline: known.pipeline };
}

function listTasks(tables: Tables, filter: TaskFilter): readonly ListedTask[] {
  return [...tables.tasks.values()]
    .filter((task) => matchesFilter(task, filter))
    .map(({ row: _row, row_seq: _rowSeq, ...task }) => task)
    .toReversed()
    .toSorted((left, right) => right.created_at - left.created_at)
    .slice(0, filter.limit ?? Infinity);
}
function acquire(tables: Tables, claim: { id: string; holder: LeaseHolder; at: number }): boolean {
  const { id, holder, at } = claim;
  // All holders live in this process: none can be gone.
  const isFree = isLeaseFree(tables.leases.get(id), { holder: holder.id, at, isHolderGone: () => false });
  if (isFree) tables.leases.set(id, { holder, renewedAt: at });
  return isFree;
}

function renew(tables: Tables, holder: string, at: number): void {
  for (const [id, lease] of tables.leases) {
    if (lease.holder.id === holder) tables.leases.set(id, { holder: lease.holder, renewedAt: at });
  }
}
