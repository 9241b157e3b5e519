import { isLeaseFree } from './lease.ts';
import { openTables, type Tables } from './memory-tables.ts';
import { overStatuses, type ListedTask, type Pruned, type PruneOptions } from './port.ts';

/** One task a step: what is slow with a file costs nothing here. */
export function* prune(tables: Tables, options: PruneOptions): Generator<Pruned, void, undefined> {
  for (const id of openTables(tables).tasks.keys()) {
    const task = openTables(tables).tasks.get(id);
    if (task === undefined || !isPrunable(tables, task, options)) continue;
    const artifacts = options.dryRun === true ? 0 : dropTask(tables, id);
    yield { tasks: [id], artifacts, definitions: 0 };
  }
  const definitions = options.dryRun === true ? 0 : dropDefinitions(tables);
  if (definitions > 0) yield { tasks: [], artifacts: 0, definitions };
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

/** Gives the count of artifacts that went with it. */
function dropTask(tables: Tables, root: string): number {
  const isGone = (id: string): boolean => id === root || id.startsWith(`${root}/`);
  for (const table of [tables.tasks, tables.journals, tables.leases])
    for (const id of table.keys()) if (isGone(id)) table.delete(id);
  tables.signals = tables.signals.filter(({ task }) => !isGone(task));
  tables.changes = tables.changes.filter(({ task }) => !isGone(task));
  let count = 0;
  for (const [hash, tasks] of tables.references) {
    for (const id of tasks) if (isGone(id)) tasks.delete(id);
    if (tasks.size > 0) continue;
    tables.references.delete(hash);
    tables.artifacts.delete(hash);
    count += 1;
  }
  return count;
}

function dropDefinitions(tables: Tables): number {
  const used = new Set(Array.from(tables.tasks.values(), ({ definition }) => definition));
  const unused = [...tables.definitions.keys()].filter((hash) => !used.has(hash));
  for (const hash of unused) tables.definitions.delete(hash);
  return unused.length;
}
