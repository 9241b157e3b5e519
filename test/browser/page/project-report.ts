import { createActor, waitFor } from 'xstate';
import {
  compileManifests,
  countCovered,
  createStageActor,
  createTableStepper,
  createWorkflowMachine,
  explore,
  formatProblem,
  problemsToJson,
  staticFacts,
  statusOf,
  type ChartEffect,
  type CompiledPipeline,
  type CompiledProject,
  type Criterion,
  type Scenario,
  type StageEnd,
  type StageScope,
  type Stepper,
} from '../../../src/manifest-compiler/index.ts';

const criterionNames = ['nodes', 'edges', 'outcomes', 'pairs', 'paths'] as const satisfies readonly Criterion[];

/** The files of a project, by path. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** All that the compiler says of a project, as JSON: two engines for JavaScript must say the same. */
export async function reportProject(files: ProjectFiles): Promise<object> {
  const { compiled, problems, sources } = compileManifests(files);
  return {
    problems: problemsToJson(problems, sources),
    texts: problems.map((problem) => formatProblem(problem, sources)),
    ...(compiled !== undefined && { compiled: await reportCompiled(compiled) }),
  };
}

async function reportCompiled(compiled: CompiledProject): Promise<object> {
  const pipelines: object[] = [];
  for (const pipeline of compiled.pipelines.values()) {
    const exploration = explore(pipeline.graph, 'paths');
    // Where there are too many ways to list them, runs that come to every node will do.
    const { scenarios } = exploration.unlisted === undefined ? exploration : explore(pipeline.graph, 'nodes');
    pipelines.push({
      id: pipeline.id,
      chart: pipeline.chart(),
      facts: staticFacts(compiled, pipeline),
      coverage: criterionNames.map((criterion) => coverageOf(pipeline, criterion)),
      scenarios: exploration.scenarios,
      steps: stepAll(pipeline, scenarios),
      runs: await runAll(pipeline, scenarios),
      work: reportWork(pipeline),
    });
  }
  return { pipelines, prompts: reportPrompts(compiled) };
}

function coverageOf({ graph }: CompiledPipeline, criterion: Criterion): object {
  const { scenarios, goals, infeasible, undecided, unlisted } = explore(graph, criterion);
  if (unlisted !== undefined) return { criterion, unlisted: unlisted.toString() };
  return { criterion, goals, covered: countCovered(graph, criterion, scenarios), infeasible, undecided };
}

/** Scenarios taken step by step, without an interpreter. */
function stepAll({ graph }: CompiledPipeline, scenarios: readonly Scenario[]): object[] {
  const stepper = createTableStepper(graph);
  return scenarios.map((scenario) => {
    let { snapshot, effects } = stepper.init({ seed: 'page', maxParallel: graph.nodes.length, paused: false });
    const log: ChartEffect[] = [...effects];
    const send = (input: Parameters<Stepper['step']>[1]): readonly ChartEffect[] => {
      ({ snapshot, effects } = stepper.step(snapshot, input));
      log.push(...effects);
      return effects;
    };
    for (const { node } of scenario.steps) endStage(send, node, endOf(scenario, node));
    const statuses = graph.nodes.map((node) => [node.id, statusOf(snapshot.context.control, node)]);
    return { status: snapshot.status, value: snapshot.value, statuses, log };
  });
}

/** Ends a stage, and every further attempt that it is given. */
function endStage(
  send: (input: Parameters<Stepper['step']>[1]) => readonly ChartEffect[],
  node: string,
  end: StageEnd,
) {
  let effects = send({ type: 'stage.ended', node, end });
  for (;;) {
    const retry = effects.find((effect) => effect.kind === 'timer' && effect.purpose === 'retry');
    if (retry?.kind !== 'timer') return;
    send({ type: 'timer.fired', id: retry.id });
    effects = send({ type: 'stage.ended', node, end });
  }
}

/** Scenarios run by XState itself, with stages that are stubs. */
async function runAll({ graph, chart }: CompiledPipeline, scenarios: readonly Scenario[]): Promise<object[]> {
  const machine = createWorkflowMachine(graph, chart());
  const runs: object[] = [];
  for (const scenario of scenarios) {
    const calls: string[] = [];
    const stage = createStageActor((node) => {
      calls.push(node);
      const end = endOf(scenario, node);
      return end.kind === 'done' ? end : { ...end, retryable: false };
    });
    const actor = createActor(machine.provide({ actors: { stage } }), {
      input: { seed: 'page', maxParallel: graph.nodes.length, paused: false },
    });
    actor.start();
    const last: { readonly value: unknown; readonly output: unknown } = await waitFor(
      actor,
      ({ status }) => status === 'done',
    );
    runs.push({ value: last.value, output: last.output, calls: calls.toSorted() });
  }
  return runs;
}

function endOf({ steps }: Scenario, stage: string): StageEnd {
  const outcome = steps.find(({ node }) => node === stage)?.outcome ?? { kind: 'done' };
  return outcome.kind === 'done' ? outcome : { ...outcome, retryable: true };
}

/** What the stages would have done, by their expressions. */
function reportWork({ programs }: CompiledPipeline): object[] {
  const scope: StageScope = {
    task: { id: 'task-1', mode: 'execute', tags: ['a'] },
    input: 'Naïve 😀 request',
    stages: {},
    output: { text: 'é😀', count: 3, list: [3, 1, 2] },
    error: { message: 'no' },
    arrivals: [],
  };
  return Array.from(programs, ([node, program]) => ({ node, work: attempt(() => program.plan(scope)) }));
}

function reportPrompts({ agents }: CompiledProject): object[] {
  return Array.from(agents.values(), ({ id, prompt }) => {
    const variables = prompt.variables();
    const values = Object.fromEntries(variables.map((name) => [name, { text: `<${name}> é😀` }]));
    return { id, variables, text: attempt(() => prompt.render(values)) };
  });
}

function attempt(act: () => unknown): unknown {
  try {
    return { value: act() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
