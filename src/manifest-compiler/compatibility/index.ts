export type {
  Compatibility,
  CompatibilityVerdict,
  Difference,
  DifferenceKind,
  EdgeName,
  FinishedStage,
  KeptStage,
  LostStage,
  Migration,
  NodeMapping,
  PipelineCompatibility,
  Refusal,
  RefusalKind,
  Repeat,
  RepeatKind,
  TaskPosition,
} from './compatibility.ts';
export { compareProjects } from './compare-projects.ts';
export { migrateTask } from './migrate-task.ts';
