export { concludeTask } from './conclude.ts';
export { creationFacts, forkFacts } from './creation-facts.ts';
export { decisionsOf } from './decisions.ts';
export { systemClock, type Clock } from './clock.ts';
export type { GivenAnswer, Host, TaskSummary } from './host.ts';
export { createLocalHost, summaryOf, type LocalHostOptions } from './local-host.ts';
export { createMemoryHost, taskNotFound } from './memory-host.ts';
export { ConsentAnswer, consentReaches, type ConsentQuestion } from './consent.ts';
export { overrideAnswer, overrideQuestion, settledOverrides } from './orders/override-consents.ts';
export { questionsOf, type OpenQuestion } from './orders/questions.ts';
export { checkReplay, type ReplayReport } from './journal/check-replay.ts';
export { forkTask, type Fork, type ForkOrder } from './journal/fork-task.ts';
export { journalLines, type JournalLine } from './journal/journal-lines.ts';
export { cancelRecords, migrateRecord } from './journal/migrate-task.ts';
export { playEntry, readJournal, replayTask, startRecord, type ReplaySource } from './journal/replay.ts';
export { tellAgain, type ToldFact } from './journal/told-facts.ts';
export { readHistory, type TaskHistory } from './journal/task-history.ts';
export { scopeFor } from './work/stage-scope.ts';
export type { DistantOrder } from './orders/signal-box.ts';
export { heldStages, nextStep } from './orders/stepping.ts';
export {
  type StageCall,
  type StageRest,
  type StageResult,
  type StageRunner,
  type StageStart,
} from './work/stage-runner.ts';
export { consentFact } from './consent-facts.ts';
export type { TaskFact, TaskListener, ToldPlace } from './task-fact.ts';
export type { TaskHostOptions } from './host-state.ts';
export { stageDurationMs } from './stage-times.ts';
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
export { hashOf } from './journal/values.ts';
export { createPlaces, type PlaceRequest, type Places } from './work/places.ts';
