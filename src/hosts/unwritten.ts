import type { TaskCommit, TaskStore } from '../services/index.ts';
import type { TaskKeeper } from './host-state.ts';
import type { TaskRecord } from './task-record.ts';

/** Steps that are noted and not yet in the store. */
export interface Unwritten {
  note(commit: TaskCommit, created?: TaskRecord): void;
  /** A task that was made and is not written yet. */
  created(taskId: string): TaskRecord | undefined;
  write: TaskKeeper['write'];
}

export function createUnwritten(store: TaskStore): Unwritten {
  let commits: TaskCommit[] = [];
  const made = new Map<string, TaskRecord>();
  return {
    note(commit, created) {
      commits.push(commit);
      if (created !== undefined) made.set(commit.task.id, created);
    },
    created: (taskId) => made.get(taskId),
    write() {
      const all = commits;
      commits = [];
      made.clear();
      return writeAll(store, all);
    },
  };
}

/** One transaction for all of them; where that fails, one for each task, to find out whose it is. */
function writeAll(store: TaskStore, commits: readonly TaskCommit[]): ReadonlyMap<string, unknown> {
  if (commits.length === 0) return new Map();
  try {
    store.commitAll(commits);
    return new Map();
  } catch (error) {
    const byTask = Map.groupBy(commits, ({ task }) => task.id);
    return new Map(
      byTask.size === 1
        ? Array.from(byTask.keys(), (id) => [id, error])
        : Array.from(byTask.values(), (own) => [...writeAll(store, own)]).flat(),
    );
  }
}
