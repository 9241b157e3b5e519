export { concludeTask } from './conclude.ts';
export { systemClock, type Clock } from './clock.ts';
export type { Host, TaskSummary } from './host.ts';
export { createLocalHost, summaryOf, type LocalHostOptions } from './local-host.ts';
export { createMemoryHost, taskNotFound } from './memory-host.ts';
export { questionsOf, type OpenQuestion } from './questions.ts';
export { checkReplay, type ReplayReport } from './check-replay.ts';
export { forkTask, type Fork } from './fork-task.ts';
export { journalLines, type JournalLine } from './journal-lines.ts';
export { cancelRecords, migrateRecord } from './migrate-task.ts';
export { playEntry, readJournal, replayTask, startRecord, type ReplaySource } from './replay.ts';
export { readHistory, type TaskHistory } from './task-history.ts';
export { scopeFor } from './stage-scope.ts';
export type { DistantOrder } from './signal-box.ts';
export { heldStages, nextStep } from './stepping.ts';
export { type StageCall, type StageRest, type StageResult, type StageRunner } from './stage-runner.ts';
export type { TaskFact, TaskListener } from './task-events.ts';
export type { TaskHostOptions } from './host-state.ts';
export { rootOf } from './task-lineage.ts';
export { addUsage } from './trace.ts';
export type {
  ChildEnd,
  ForkOrigin,
  RunnablePipeline,
  StageRecord,
  StageStatus,
  StageUsage,
  TaskCreation,
  TaskRecord,
  TaskResult,
  TaskUsage,
} from './task-record.ts';
export { hashOf } from './values.ts';
