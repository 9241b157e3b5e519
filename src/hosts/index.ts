export { concludeTask } from './conclude.ts';
export { systemClock, type Clock } from './clock.ts';
export type { Host, TaskSummary } from './host.ts';
export { createLocalHost, summaryOf, type LocalHostOptions } from './local-host.ts';
export { createMemoryHost, taskNotFound } from './memory-host.ts';
export { questionsOf, type OpenQuestion } from './questions.ts';
export { replayTask } from './replay.ts';
export { scopeFor } from './stage-scope.ts';
export { heldStages } from './stepping.ts';
export { type StageCall, type StageRest, type StageResult, type StageRunner } from './stage-runner.ts';
export type { TaskFact, TaskListener } from './task-events.ts';
export type { TaskHostOptions } from './host-state.ts';
export { rootOf } from './task-lineage.ts';
export { addUsage } from './trace.ts';
export type {
  ChildEnd,
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
