export { createStageActor, createWorkflowMachine, type StageFunction } from '../machines/index.ts';
export { checkProject, type CheckOptions } from './checks/index.ts';
export { compileProject, textOf } from './compile/compile-project.ts';
export type { Compilation, CompiledAgent, CompiledPipeline, CompiledProject } from './compile/compiled.ts';
export { placesIn } from './compile/places.ts';
export type { FilePlace, Place, PlaceOf } from './compile/fault-collector.ts';
export {
  countCovered,
  countPaths,
  criteria,
  describeGoal,
  explore,
  listPaths,
  staticFacts,
  type Criterion,
  type Exploration,
  type ExploreOptions,
  type Goal,
  type GraphPath,
  type ModelUse,
  type ReachableTools,
  type SafeMode,
  type Scenario,
  type ScenarioStep,
  type StaticFacts,
  type UnhandledFailures,
  type WorstCase,
} from './explore/index.ts';
export type { CompiledPrompt } from './expressions/index.ts';
export { isManifestSchema, manifestSchema } from './json-schema/index.ts';
export type { Outline, OutlineEdge, OutlineNode } from './plan/outline.ts';
export { parseManifests, type NamedFile, type ParsedProject } from './read/index.ts';
export {
  createNameFinder,
  formatProblem,
  problemsToJson,
  sortProblems,
  type LocatedProblem,
  type Palette,
  type SourceMap,
} from './report/index.ts';
export { readAnswer } from './roles/index.ts';
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
