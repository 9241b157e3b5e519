import { EngineError } from '../errors/index.ts';
import type { BudgetSpec, NodeSpec, ProjectSpec } from '../manifest/index.ts';
import {
  staticFacts,
  type CompiledPipeline,
  type CompiledProject,
  type StaticFacts,
} from '../manifest-compiler/index.ts';
import { effectsOf, type OverrideEffects, type RoutingDecision, type TaskOverrides } from '../services/index.ts';
import { askedAgents } from './asked-agents.ts';
import { modelAt, overriddenProject } from './overrides/overridden-project.ts';
import type { TaskBeginning } from './overrides/task-overrides.ts';
import { hardStop, raised } from './stages/budget-scopes.ts';

/** What a run would be, as far as that is known before anything has run. Plain JSON. */
export interface RunPlan {
  readonly workflow: string;
  readonly pipeline: string;
  /** Why this pipeline. */
  readonly reason: string;
  /** The same with all candidates. */
  readonly routing: RoutingDecision;
  readonly mode: string;
  /** What holds of the overrides that it would have, and what does not; absent where it has none. */
  readonly overrides?: TaskOverrides;
  /** An agent that a run asks, too, what the request says; its call is not counted here. */
  readonly request_reader?: string;
  /** In an order in which they can run; a run may skip some. */
  readonly stages: readonly PlannedStage[];
  readonly worst_case: WorstCase;
  readonly budgets: readonly PlannedBudget[];
}

export interface PlannedStage {
  readonly stage: string;
  readonly type: string;
  readonly agent?: string;
  /** That overrides give the agent. */
  readonly model?: string;
  readonly tool?: string;
}

/** The most that one run can come to; where it is not exact, a bound that no run exceeds. */
export interface MostOfRun {
  /** Null: without bound. */
  readonly most: number | null;
  readonly is_exact: boolean;
}

export interface WorstCase {
  readonly model_calls: MostOfRun;
  /** There when every answer and every context window has a declared size. */
  readonly tokens?: { readonly input: MostOfRun; readonly output: MostOfRun };
  /** There when in addition every model has a price. */
  readonly cost_usd?: MostOfRun;
}

/** A budget that the run has to keep to. */
export interface PlannedBudget extends BudgetSpec {
  readonly scope: 'task' | 'agent' | 'stage';
  readonly id: string;
  /** Of a task: whether the worst case goes beyond it; absent where that is not known. */
  readonly is_exceeded?: boolean;
}

/** What a task that begins so can come to. */
export function planRun(compiled: CompiledProject, { mode, routing, overrides }: TaskBeginning): RunPlan {
  const { chosen, reason } = routing;
  const pipeline = compiled.pipelines.get(chosen);
  if (pipeline === undefined)
    throw new EngineError('ENGINE_BUG', `The pipeline "${chosen}" was chosen and is not there.`);
  const effects = effectsOf(overrides ?? nothingOverridden);
  const changed = overriddenProject(compiled, pipeline, effects.models);
  const facts = staticFacts(changed.compiled, changed.pipeline);
  const specs = specsOf(pipeline);
  const { agent: reader } = compiled.project.engine.overrides ?? {};
  return {
    workflow: compiled.project.workflow.id,
    pipeline: chosen,
    reason,
    routing,
    mode,
    ...(overrides !== undefined && { overrides }),
    ...(reader !== undefined && { request_reader: reader }),
    stages: specs.map((spec) => plannedStage(spec, effects)),
    worst_case: worstCaseOf(facts),
    budgets: budgetsOf(compiled, { specs, facts, effects }),
  };
}

const nothingOverridden: TaskOverrides = { applied: [], refused: [], conflicts: [], asks: [], allowed: [], denied: [] };

function specsOf({ graph, outline }: CompiledPipeline): readonly NodeSpec[] {
  const specs = new Map(outline.nodes.map(({ spec }) => [spec.id, spec]));
  return graph.order.flatMap(({ id }) => specs.get(id) ?? []);
}

function plannedStage(spec: NodeSpec, { models }: OverrideEffects): PlannedStage {
  const agent = 'agent' in spec ? spec.agent : undefined;
  const model = agent === undefined ? undefined : modelAt(spec.id, agent, models);
  const tool = 'tool' in spec ? spec.tool : undefined;
  return {
    stage: spec.id,
    type: spec.type,
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
    ...(tool !== undefined && { tool }),
  };
}

function worstCaseOf({ modelCalls, tokens, costUsd }: StaticFacts): WorstCase {
  return {
    model_calls: mostOf(modelCalls),
    ...(tokens !== undefined && { tokens: { input: mostOf(tokens.input), output: mostOf(tokens.output) } }),
    ...(costUsd !== undefined && { cost_usd: mostOf(costUsd) }),
  };
}

function mostOf({ most, isExact }: StaticFacts['modelCalls']): MostOfRun {
  return { most: Number.isFinite(most) ? most : null, is_exact: isExact };
}

/** Those of the task first, then those of the agents that the run may ask, then those of stages; child tasks included. */
function budgetsOf(
  { project }: CompiledProject,
  { specs, facts, effects }: { specs: readonly NodeSpec[]; facts: StaticFacts; effects: OverrideEffects },
): readonly PlannedBudget[] {
  const { budget: asked, raises } = effects;
  const declared = [hardStop(project), project.workflow.budget ?? project.engine.defaults?.budget];
  const ofTask = [...declared.flatMap((budget) => (budget === undefined ? [] : raised(budget, raises))), asked];
  const all = [...specs, ...specsBelow(project, specs)];
  const agents = new Set(all.flatMap(askedAgents));
  return [
    ...ofTask
      .filter((budget) => Object.keys(budget).length > 0)
      .map((budget) => ofWholeTask(budget, project.workflow.id, facts)),
    ...[...agents].flatMap((id) => placed('agent', id, project.agents[id]?.budget)),
    ...all.flatMap((spec) => placed('stage', spec.id, 'budget' in spec ? spec.budget : undefined)),
  ];
}

/** What child tasks run, each workflow once. */
function specsBelow({ workflows }: ProjectSpec, specs: readonly NodeSpec[]): readonly NodeSpec[] {
  const found = new Map<string, readonly NodeSpec[]>();
  const rest = [...specs];
  for (let spec = rest.pop(); spec !== undefined; spec = rest.pop()) {
    const id = 'workflow' in spec ? spec.workflow : '';
    const nodes = found.has(id) ? undefined : workflows[id]?.nodes;
    if (nodes === undefined) continue;
    found.set(id, nodes);
    rest.push(...nodes);
  }
  return [...found.values()].flat();
}

function placed(scope: 'agent' | 'stage', id: string, budget: BudgetSpec | undefined): readonly PlannedBudget[] {
  return budget === undefined ? [] : [{ scope, id, ...budget }];
}

function ofWholeTask(budget: BudgetSpec, id: string, { tokens, costUsd }: StaticFacts): PlannedBudget {
  const { max_cost_usd: maxCostUsd, max_tokens_total: maxTokens } = budget;
  const checks = new Set([
    ...(maxCostUsd === undefined ? [] : [costUsd === undefined ? undefined : costUsd.most > maxCostUsd]),
    ...(maxTokens === undefined
      ? []
      : [tokens === undefined ? undefined : tokens.input.most + tokens.output.most > maxTokens]),
  ]);
  const isExceeded = checks.has(true) ? true : checks.has(undefined) ? undefined : false;
  return { scope: 'task', id, ...budget, ...(isExceeded !== undefined && { is_exceeded: isExceeded }) };
}
