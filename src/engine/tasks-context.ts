import type { PruneContext } from './history/prune-tasks.ts';
import type { TravelContext } from './history/time-travel.ts';

/** What the methods on tasks work with. */
export interface TasksContext extends TravelContext, PruneContext {
  /** Told when a task has come to rest. */
  readonly afterTask?: () => void;
}
