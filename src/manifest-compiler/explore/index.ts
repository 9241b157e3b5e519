export { countCovered } from './coverage.ts';
export { explore, type Exploration, type ExploreOptions, type Scenario, type ScenarioStep } from './explore.ts';
export { criteria, describeGoal, type Criterion, type Goal } from './goals.ts';
export { countPaths, listPaths, type GraphPath } from './paths.ts';
export { describeDeadPart, findDeadParts, type DeadPart, type DeadPartText } from './problems.ts';
export type { WorstCase } from './costliest-run.ts';
export type { ModelUse } from './model-use.ts';
export {
  staticFacts,
  toolReach,
  toolsReached,
  type PipelineReach,
  type StaticFacts,
  type UnhandledFailures,
} from './static-facts.ts';
export { type ReachableTools, type SafeMode } from './tool-reach.ts';
