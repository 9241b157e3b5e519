export { isEngineError, type ErrorCode, type Problem } from '../errors/index.ts';
export {
  createStageActor,
  createStepper,
  createTableStepper,
  createWorkflowMachine,
  statusOf,
  tokenOf,
  type ChartEffect,
  type ChartInput,
  type ChartSnapshot,
  type ControlState,
  type GraphEdge,
  type GraphNode,
  type Outcome,
  type StageEnd,
  type StageFunction,
  type Stepped,
  type Stepper,
  type Verdict,
  type WorkflowChart,
  type WorkflowContext,
  type WorkflowEvent,
  type WorkflowGraph,
  type WorkflowInput,
} from '../machines/index.ts';
export { permissionsOutside } from './checks/permissions-outside.ts';
export { checkProject, type CheckOptions } from './checks/index.ts';
export { compileManifests, compileParsed, type CompiledManifests } from './compile/compile-manifests.ts';
export {
  compareProjects,
  migrateTask,
  type Compatibility,
  type CompatibilityVerdict,
  type Difference,
  type DifferenceKind,
  type EdgeName,
  type FinishedStage,
  type KeptStage,
  type LostStage,
  type Migration,
  type NodeMapping,
  type PipelineCompatibility,
  type Refusal,
  type RefusalKind,
  type Repeat,
  type RepeatKind,
  type TaskPosition,
} from './compatibility/index.ts';
export { textOf } from './compile/compile-agent.ts';
export { compileProject } from './compile/compile-project.ts';
export type { Compilation, CompiledAgent, CompiledPipeline, CompiledProject } from './compile/compiled.ts';
export type { FilePlace, Place, PlaceOf } from './compile/fault-collector.ts';
export {
  compileEvals,
  isEvalsFile,
  judgesOf,
  parseEvals,
  type CompiledEvals,
  type EvalCase,
  type EvalCheckOptions,
  type ParsedEvals,
} from './evals/index.ts';
export {
  countCovered,
  countPaths,
  criteria,
  describeGoal,
  explore,
  listPaths,
  staticFacts,
  toolReach,
  toolsReached,
  type Criterion,
  type Exploration,
  type ExploreOptions,
  type Goal,
  type GraphPath,
  type ModelUse,
  type ReachableTools,
  type SafeMode,
  type PipelineReach,
  type Scenario,
  type ScenarioStep,
  type StaticFacts,
  type UnhandledFailures,
  type WorstCase,
} from './explore/index.ts';
export { nearestName, type CompiledPrompt } from './expressions/index.ts';
export { isManifestSchema, manifestSchema } from './json-schema/index.ts';
export { fallbackRule } from './plan/fallback-matrix.ts';
export type { Outline, OutlineEdge, OutlineNode } from './plan/outline.ts';
export { limits, parseManifests, type NamedFile, type ParsedProject } from './read/index.ts';
export {
  createNameFinder,
  createProblem,
  createSource,
  formatProblem,
  problemsToJson,
  sortProblems,
  type LocatedProblem,
  type ManifestSource,
  type Palette,
  type SourceMap,
} from './report/index.ts';
export { bodyId, isChildSpec, readAnswer } from './roles/index.ts';
export type {
  Answer,
  Conclusion,
  DeliveredArrival,
  MapWork,
  Question,
  RepeatWork,
  StageProgram,
  StageScope,
  StageView,
  Work,
} from './roles/index.ts';
