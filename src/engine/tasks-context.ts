import type { PruneContext } from './prune-tasks.ts';
import type { TravelContext } from './time-travel.ts';

/** What the methods on tasks work with. */
export interface TasksContext extends TravelContext, PruneContext {
  /** Told when a task has come to rest. */
  readonly afterTask?: () => void;
}
