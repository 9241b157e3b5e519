import type { PruneContext } from './history/prune-tasks.ts';
import type { StoredCall } from '../services/index.ts';
import type { TravelContext } from './history/time-travel.ts';

/** What the methods on tasks work with. */
export interface TasksContext extends TravelContext, PruneContext {
  /** What is kept of the calls of a task. */
  readonly callsOf: (taskId: string) => readonly StoredCall[];
  /** Told when a task has come to rest. */
  readonly afterTask?: () => void;
}
