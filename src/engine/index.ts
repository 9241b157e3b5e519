export { EngineError, isEngineError, type FailureSignature } from '../errors/index.ts';
export { rootOf, stageDurationMs } from '../hosts/index.ts';
export type { JournalLine, OpenQuestion, ReplayReport, StageRecord, TaskResult, TaskSummary } from '../hosts/index.ts';
export { fileKinds, type FileKind } from '../manifest/index.ts';
export {
  createNameFinder,
  isManifestSchema,
  manifestSchema,
  nearestName,
  type CompiledPipeline,
  type CompiledProject,
  type Palette,
  type PipelineReach,
} from '../manifest-compiler/index.ts';
export {
  eventLine,
  eventTypes,
  overStatuses,
  withoutContent,
  type IngestedDocument,
  type MemoryItem,
  type AuditReport,
  type EngineEvent,
  type ModelChoice,
  type OverStatus,
  type RoutingDecision,
} from '../services/index.ts';
export { examine } from './doctor/examine.ts';
export type { Finding } from './doctor/finding.ts';
export { Engine, type EngineOptions } from './engine.ts';
export {
  memoryOf,
  type IngestRequest,
  openMemory,
  type ItemChanges,
  type ListOptions,
  type MemoryOptions,
  type NewItem,
  type ProjectMemory,
} from './memory/open-memory.ts';
export { openTrial, type TrialOptions } from './trial/open-trial.ts';
export type { TrialCassettes } from './trial/trial-project.ts';
export type { LoadedEvals } from './project/load-evals.ts';
export { loadProject, type LoadedProject, type ProjectFiles } from './project/load-project.ts';
export {
  hasState,
  knowsTask,
  projectOfTask,
  replayStored,
  storedContexts,
  storedEvents,
  storedRun,
  storedTask,
  storedTasks,
  type StoredTaskOptions,
  type StoredTaskView,
} from './project/state-file.ts';
export { journalEventLines, logFileOf, loggedLines } from './project/logged-events.ts';
export { verifyAuditLogs } from './project/audit-logs.ts';
export { findStateDirectory } from './project/state-directory.ts';
export type { PluginUse } from './plugins/plugin-use.ts';
export type { PluginAct } from './plugins/plugin-acts.ts';
export { planTask, type PlanOptions } from './plan-task.ts';
export type { PlannedBudget, RunPlan } from './run-plan.ts';
export { listConsents, revokeConsent, type RememberedConsent } from './project/consent-file.ts';
export { definitionHash } from './definition.ts';
export type { MigrationPlan } from './history/migration.ts';
export type { ForkOptions } from './history/fork-plan.ts';
export type { ForkedTask, TimeTravel } from './history/time-travel.ts';
export type { TaskView } from './task-view.ts';
export type { AnswerOptions } from './answers.ts';
export type { ResumeOptions, StepOptions } from './task-orders.ts';
export type { StageRepairs } from './stage-repairs.ts';
export type { CallsOptions, StageCallView } from './stage-calls.ts';
export type { ContextItemView, ContextsOptions, LeftOutView, StageContextView } from './stage-contexts.ts';
export type { ShowOptions, TaskOptions, Tasks } from './tasks.ts';
export { ageMs, type PruneRequest, type PruneResult } from './history/prune-tasks.ts';
export type { TaskUndo, UndoConflict, UndoneFile, UndoOptions } from './history/undo-task.ts';
