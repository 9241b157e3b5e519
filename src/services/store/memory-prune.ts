import { isLeaseFree } from './lease.ts';
import { openTables, type Tables } from './memory-tables.ts';
import { overStatuses, type ListedTask, type Pruned, type PruneOptions } from './port.ts';

/** One task a step. Definitions stay: whoever saved them is in this process, and may use them. */
export function* prune(tables: Tables, options: PruneOptions): Generator<Pruned, void, undefined> {
  for (const id of openTables(tables).tasks.keys()) {
    const task = openTables(tables).tasks.get(id);
    if (task === undefined || !isPrunable(tables, task, options)) continue;
    yield options.dryRun === true ? { tasks: [id], below: [], artifacts: 0, definitions: 0 } : dropTask(tables, id);
  }
}

function isPrunable(
  tables: Tables,
  { id, status: own, updated_at: updatedAt }: ListedTask,
  options: PruneOptions,
): boolean {
  const { ids, status = overStatuses, updatedBefore = Infinity, now } = options;
  const isFree = isLeaseFree(tables.leases.get(id), { holder: '', at: now, isHolderGone: () => false });
  const isAsked = !id.includes('/') && (ids === undefined || ids.includes(id));
  return isFree && isAsked && status.some((one) => one === own) && updatedAt < updatedBefore;
}

function dropTask(tables: Tables, root: string): Pruned {
  const isGone = (id: string): boolean => id === root || id.startsWith(`${root}/`);
  const below = [...tables.tasks.keys()].filter((id) => id !== root && isGone(id));
  for (const table of [tables.tasks, tables.journals, tables.leases])
    for (const id of table.keys()) if (isGone(id)) table.delete(id);
  tables.signals = tables.signals.filter(({ task }) => !isGone(task));
  tables.changes = tables.changes.filter(({ task }) => !isGone(task));
  for (const [place, { task }] of tables.calls) if (isGone(task)) tables.calls.delete(place);
  let artifacts = 0;
  for (const [hash, tasks] of tables.references) {
    for (const id of tasks) if (isGone(id)) tasks.delete(id);
    if (tasks.size > 0) continue;
    tables.references.delete(hash);
    tables.artifacts.delete(hash);
    artifacts += 1;
  }
  return { tasks: [root], below, artifacts, definitions: 0 };
}
