import type { Criterion, Goal, ScenarioStep, Verdict } from '../index.ts';

/** What the walks of a project came to. Plain JSON. */
export interface PathReport {
  /** What the walks were made to cover. */
  readonly criteria: readonly Criterion[];
  readonly pipelines: readonly PipelineReport[];
  /** Whether every walk came to what its scenario tells. Goals that no run can meet are no failure. */
  readonly passed: boolean;
}

export interface PipelineReport {
  readonly pipeline: string;
  readonly walks: readonly WalkReport[];
  readonly coverage: readonly CoverageRow[];
  /** Ways through the pipeline when they are too many to be listed, as digits: it may be a large number. */
  readonly unlisted_paths?: string;
}

export interface WalkReport {
  /** The goal in words. */
  readonly name: string;
  /** What the walk was made for; it may meet other goals too. */
  readonly goal: Goal;
  /** Stages that ran, in the order in which they ended. */
  readonly steps: readonly ScenarioStep[];
  /** Nodes that ran to their end, ends of the workflow among them. */
  readonly trace: readonly string[];
  /** Ids of the edges that were taken, in the order of the file. */
  readonly live: readonly string[];
  /** How the task has to end. */
  readonly verdict: Verdict;
  /** Empty when the walk did what the scenario tells. */
  readonly failures: readonly string[];
}

/** How much of one criterion the walks cover. Goals are told in words. */
export interface CoverageRow {
  readonly criterion: Criterion;
  readonly covered: number;
  readonly total: number;
  readonly infeasible: readonly string[];
  readonly undecided: readonly string[];
}
