import { storeClosed, taskExists, taskMissing, taskMovedOn } from './commit-errors.ts';
import { isLeaseFree, type Lease } from './lease.ts';
import type { JournalEntry, LeaseHolder, StoredTask, TaskCommit, TaskFilter, TaskStore } from './port.ts';

interface Tables {
  readonly tasks: Map<string, StoredTask>;
  readonly journals: Map<string, JournalEntry[]>;
  readonly artifacts: Map<string, string>;
  readonly definitions: Map<string, string>;
  readonly leases: Map<string, Lease>;
}

/** Keeps tasks as long as the process lives. Runs in a browser. */
export function createMemoryTaskStore(): TaskStore {
  const tables: Tables = {
    tasks: new Map(),
    journals: new Map(),
    artifacts: new Map(),
    definitions: new Map(),
    leases: new Map(),
  };
  let isClosed = false;
  const open = (): Tables => {
    if (isClosed) throw storeClosed();
    return tables;
  };
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
    acquire: (id, holder, at) => acquire(open(), { id, holder, at }),
    release: (id, holder) => {
      if (open().leases.get(id)?.holder.id === holder) tables.leases.delete(id);
    },
    renew: (holder, at) => {
      renew(open(), holder, at);
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** Before anything is changed, so that several commits are all or none. */
function checkCommits(tables: Tables, commits: readonly TaskCommit[]): void {
  const reached = new Map<string, number>();
  for (const { task, entry, isNew } of commits) {
    const seq = reached.get(task.id) ?? tables.tasks.get(task.id)?.seq;
    if (isNew && seq !== undefined) throw taskExists(task.id);
    if (!isNew && seq === undefined) throw taskMissing(task.id);
    if (seq !== undefined && seq >= entry.seq) throw taskMovedOn(task.id, entry.seq);
    reached.set(task.id, task.seq);
  }
}

function applyCommit(tables: Tables, { task, entry, artifacts }: TaskCommit): void {
  const known = tables.tasks.get(task.id);
  tables.tasks.set(task.id, known === undefined ? task : { ...task, created_at: known.created_at });
  const journal = tables.journals.get(task.id);
  if (journal === undefined) tables.journals.set(task.id, [entry]);
  else journal.push(entry);
  for (const { hash, text } of artifacts) {
    if (!tables.artifacts.has(hash)) tables.artifacts.set(hash, text);
  }
}

function listTasks(tables: Tables, { status, below, limit = Infinity }: TaskFilter): readonly StoredTask[] {
  return [...tables.tasks.values()]
    .filter(({ id }) => (below === undefined ? !id.includes('/') : id.startsWith(`${below}/`)))
    .filter((task) => status === undefined || status.includes(task.status))
    .toReversed()
    .toSorted((left, right) => right.created_at - left.created_at)
    .slice(0, limit);
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
