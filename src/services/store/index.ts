export { leaseMs } from './lease.ts';
export { createMemoryTaskStore } from './memory-task-store.ts';
export type { Artifact, JournalEntry, LeaseHolder, StoredTask, TaskCommit, TaskFilter, TaskStore } from './port.ts';
export { currentHolder } from './process-holder.ts';
export type { SqliteTaskStoreOptions } from './sqlite-open.ts';
export { createSqliteTaskStore } from './sqlite-task-store.ts';
