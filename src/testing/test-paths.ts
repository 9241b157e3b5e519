import { createHash } from 'node:crypto';
import {
  countCovered,
  describeGoal,
  EngineError,
  explore,
  type CompiledPipeline,
  type CompiledProject,
  type Criterion,
  type Exploration,
  type Scenario,
} from '../index.ts';
import { compareWalk } from './compare-walk.ts';
import type { CoverageRow, PathReport, PipelineReport, WalkReport } from './path-report.ts';
import { pipelinesOf } from './pipelines.ts';
import { createMachineWalker } from './walk-machine.ts';
import { createTaskWalker } from './walk-task.ts';
import { createWalk } from './walk.ts';

export interface PathOptions {
  /** What the walks have to cover. Default: nodes, edges, outcomes and pairs. */
  readonly criterion?: Criterion;
  /** Id of the one pipeline to walk. Default: all. */
  readonly pipeline?: string;
  /** Ways through a pipeline up to which the criterion "paths" is looked at. Default: 10,000. */
  readonly pathLimit?: number;
}

const defaultCriteria: readonly Criterion[] = ['nodes', 'edges', 'outcomes', 'pairs'];

const columns = ['nodes', 'edges', 'outcomes', 'pairs', 'paths'] as const satisfies readonly Criterion[];

/**
 * Explores every pipeline of a project and walks what was found: on its statechart, and as a task with stubs in place
 * of agents and tools. Nothing is asked, run or written. Throws ROUTING_NO_PIPELINE, ENGINE_TOO_MANY_PATHS.
 */
export function testPaths(compiled: CompiledProject, options: PathOptions = {}): PathReport {
  const criteria = criteriaOf(options);
  const pipelines = pipelinesOf(compiled, options.pipeline).map((pipeline) =>
    walkPipeline(pipeline, criteria, options),
  );
  const passed = pipelines.every(({ walks }) => walks.every(({ failures }) => failures.length === 0));
  return { criteria, pipelines, passed };
}

/** One case a scenario, for `test.each(pathCases(compiled))('%s', (_, run) => run())`. A case that fails throws. */
export function pathCases(
  compiled: CompiledProject,
  options: PathOptions = {},
): readonly (readonly [name: string, run: () => void])[] {
  return pipelinesOf(compiled, options.pipeline).flatMap((pipeline) => {
    const walk = createCheckedWalk(pipeline);
    const explorations = criteriaOf(options).map((criterion) => explorePipeline(pipeline, criterion, options));
    return distinctScenarios(explorations).map((scenario) => {
      const name = `${pipeline.id}: ${describeGoal(scenario.goal)}`;
      return [name, () => assertPassed(name, walk(scenario))] as const;
    });
  });
}

function criteriaOf({ criterion }: PathOptions): readonly Criterion[] {
  return criterion === undefined ? defaultCriteria : [criterion];
}

/** Scenarios of several criteria, each run once. */
function distinctScenarios(explorations: readonly Exploration[]): readonly Scenario[] {
  const byRun = new Map<string, Scenario>();
  for (const { scenarios } of explorations) {
    for (const scenario of scenarios) {
      // The runs of a long workflow are long texts.
      const run = createHash('sha256').update(JSON.stringify(scenario.steps)).digest('base64');
      if (!byRun.has(run)) byRun.set(run, scenario);
    }
  }
  return [...byRun.values()];
}

function assertPassed(name: string, failures: readonly string[]): void {
  if (failures.length === 0) return;
  throw new EngineError('ENGINE_BUG', `The walk "${name}" went astray: ${failures.join(' ')}`, {
    hint: 'Report it with the workflow.',
  });
}

function explorePipeline({ id, graph }: CompiledPipeline, criterion: Criterion, options: PathOptions): Exploration {
  const { pathLimit } = options;
  const exploration = explore(graph, criterion, pathLimit === undefined ? {} : { pathLimit });
  if (options.criterion !== 'paths' || exploration.unlisted === undefined) return exploration;
  const count = exploration.unlisted.toLocaleString('en');
  throw new EngineError('ENGINE_TOO_MANY_PATHS', `There are ${count} ways through "${id}", too many to walk.`, {
    hint: 'Walk edge pairs instead (criterion "pairs"), or allow for more paths.',
  });
}

/** Walks a scenario in both ways; what went wrong, as sentences. */
function createCheckedWalk(pipeline: CompiledPipeline): (scenario: Scenario) => readonly string[] {
  const onMachine = createWalk(createMachineWalker(pipeline));
  const asTask = createWalk(createTaskWalker(pipeline));
  return (scenario) => [
    ...compareWalk(pipeline, scenario, onMachine(scenario)).map((failure) => `Statechart: ${failure}`),
    ...compareWalk(pipeline, scenario, asTask(scenario)).map((failure) => `Task: ${failure}`),
  ];
}

function walkPipeline(
  pipeline: CompiledPipeline,
  criteria: readonly Criterion[],
  options: PathOptions,
): PipelineReport {
  const walk = createCheckedWalk(pipeline);
  const explorations = columns.map((column) => explorePipeline(pipeline, column, options));
  const walked = distinctScenarios(explorations.filter(({ criterion }) => criteria.includes(criterion)));
  const walks = walked.map((scenario): WalkReport => {
    const { goal, steps, trace, live, verdict } = scenario;
    return { name: describeGoal(goal), goal, steps, trace, live, verdict, failures: walk(scenario) };
  });
  const passed = walked.filter((_, at) => walks[at]?.failures.length === 0);
  const unlisted = explorations.find((exploration) => exploration.unlisted !== undefined)?.unlisted;
  return {
    pipeline: pipeline.id,
    walks,
    coverage: explorations.flatMap((exploration) => coverageRow(pipeline, exploration, passed)),
    ...(unlisted !== undefined && { unlisted_paths: String(unlisted) }),
  };
}

function coverageRow(
  { graph }: CompiledPipeline,
  { criterion, goals, infeasible, undecided, unlisted }: Exploration,
  passed: readonly Scenario[],
): readonly CoverageRow[] {
  if (unlisted !== undefined) return [];
  return [
    {
      criterion,
      covered: countCovered(graph, criterion, passed),
      total: goals,
      infeasible: infeasible.map(describeGoal),
      undecided: undecided.map(describeGoal),
    },
  ];
}
