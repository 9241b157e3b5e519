export { leaseMs } from './lease.ts';
export { createMemoryTaskStore } from './memory-task-store.ts';
export { overStatuses } from './port.ts';
export type {
  Artifact,
  JournalEntry,
  LeaseHolder,
  ListedTask,
  OverStatus,
  Pruned,
  PruneOptions,
  Signal,
  StoredCall,
  StoredChange,
  StoredTask,
  TaskCommit,
  TaskFilter,
  TaskStore,
  WorkspaceChange,
} from './port.ts';
export { currentHolder } from './process-holder.ts';
export type { SqliteTaskStoreOptions } from './sqlite-open.ts';
export { createSqliteTaskStore } from './sqlite-task-store.ts';
export { matchesFilter } from './task-filter.ts';
