import { isEngineError } from '../../errors/index.ts';
import type { TaskCommit, TaskStore } from '../../services/index.ts';
import type { TaskKeeper } from '../host-state.ts';
import type { TaskRecord } from '../task-record.ts';

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
  const fault = faultOf(store, commits);
  if (fault === undefined) return new Map();
  const byTask = Map.groupBy(commits, ({ task }) => task.id);
  return byTask.size === 1 ? new Map(Array.from(byTask.keys(), (id) => [id, fault.error])) : writeEach(store, byTask);
}

function writeEach(store: TaskStore, byTask: ReadonlyMap<string, readonly TaskCommit[]>): ReadonlyMap<string, unknown> {
  const faults = new Map<string, unknown>();
  let busy: Fault | undefined;
  for (const [id, own] of byTask) {
    const fault = busy ?? faultOf(store, own);
    if (fault === undefined) continue;
    faults.set(id, fault.error);
    if (isBusy(fault)) busy = fault; // the others would wait as long, one after the other, and nothing else goes on then
  }
  return faults;
}

interface Fault {
  readonly error: unknown;
}

function faultOf(store: TaskStore, commits: readonly TaskCommit[]): Fault | undefined {
  try {
    store.commitAll(commits);
    return undefined;
  } catch (error) {
    return { error };
  }
}

function isBusy({ error }: Fault): boolean {
  return isEngineError(error) && error.details['isBusy'] === true;
}
