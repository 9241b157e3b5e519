import type { BudgetSpec, ProjectSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { BudgetLimits, BudgetScope, OverrideEffects } from '../../services/index.ts';

/** Where something is spent. */
export interface SpendingPlace {
  readonly taskId: string;
  /** Absent for what belongs to no stage any more. */
  readonly node?: string;
  /** Absent where it is not known. */
  readonly agent?: string;
}

/**
 * The budgets that a call counts for: those of its stage and its agent, of its task and of each stage and task above, up to
 * the task that everything began with.
 */
export function scopesOf(
  project: ProjectSpec,
  place: SpendingPlace,
  { budget, raises }: TaskBudget = noBudget,
): readonly BudgetScope[] {
  const { taskId, agent = '' } = place;
  const [root = taskId] = taskId.split('/');
  return [
    scopeOf({ key: `limit ${root}`, kind: 'task', id: root }, raised(hardStop(project), raises)),
    scopeOf({ key: `override ${root}`, kind: 'task', id: root }, budget),
    ...scopesAlong(project, place, raises),
    scopeOf({ key: `agent ${agent}`, kind: 'agent', id: agent }, project.agents[agent]?.budget),
  ].flatMap((scope) => scope ?? []);
}

/** What overrides say of the budget of a task. */
export type TaskBudget = Pick<OverrideEffects, 'budget' | 'raises'>;

const noBudget: TaskBudget = { budget: {}, raises: {} };

/** With limits that a person allowed to be raised, where they were lower. */
export function raised<Budget extends BudgetSpec>(
  budget: Budget,
  { max_cost_usd: cost, max_tokens_total: tokens }: BudgetLimits,
): Budget {
  const { max_cost_usd: ownCost, max_tokens_total: ownTokens } = budget;
  return {
    ...budget,
    ...(cost !== undefined && ownCost !== undefined && { max_cost_usd: Math.max(cost, ownCost) }),
    ...(tokens !== undefined && ownTokens !== undefined && { max_tokens_total: Math.max(tokens, ownTokens) }),
  };
}

/** The limits of a task that no workflow and no agent widens. */
export function hardStop({ engine }: ProjectSpec): BudgetSpec {
  const { max_cost_usd: cost, max_tokens_total: tokens } = engine.defaults ?? {};
  return {
    ...(cost !== undefined && { max_cost_usd: cost }),
    ...(tokens !== undefined && { max_tokens_total: tokens }),
  };
}

/** The id of a child task names the stages that led to it: with each, the workflow that its child tasks run. */
function scopesAlong(
  project: ProjectSpec,
  { taskId, node }: SpendingPlace,
  raises: BudgetLimits,
): readonly (BudgetScope | undefined)[] {
  const [root = taskId, ...below] = taskId.split('/');
  const found: (BudgetScope | undefined)[] = [];
  let level: Level = { id: root, workflow: project.workflow };
  const ofRoot = project.workflow.budget ?? project.engine.defaults?.budget;
  const budget = ofRoot === undefined ? undefined : raised(ofRoot, raises);
  found.push(scopeOf({ key: `task ${root}`, kind: 'task', id: root }, budget));
  for (const part of below) {
    found.push(stageScope(level, part));
    level = levelBelow(project, level, part);
    found.push(scopeOf({ key: `task ${level.id}`, kind: 'task', id: level.id }, level.workflow?.budget));
  }
  return node === undefined ? found : [...found, stageScope(level, node)];
}

/** A task and the workflow that it runs, if that is known. */
interface Level {
  readonly id: string;
  readonly workflow?: WorkflowSpec;
}

function stageScope({ id, workflow }: Level, part: string): BudgetScope | undefined {
  const stage = nodeIn(part);
  const spec = workflow?.nodes.find((node) => node.id === stage);
  const budget = spec !== undefined && 'budget' in spec ? spec.budget : undefined;
  return scopeOf({ key: `stage ${id}/${stage}`, kind: 'stage', id: stage }, budget);
}

function levelBelow(project: ProjectSpec, { id, workflow: above }: Level, part: string): Level {
  const spec = above?.nodes.find((node) => node.id === nodeIn(part));
  const workflow = spec !== undefined && 'workflow' in spec ? project.workflows[spec.workflow] : undefined;
  return { id: `${id}/${part}`, ...(workflow !== undefined && { workflow }) };
}

/** What a clone of a node spends, or another attempt, is spent by the node: ids of nodes hold neither of the marks. */
function nodeIn(part: string): string {
  return part.split(/[.~]/u)[0] ?? part;
}

/** Nothing for a budget that bounds nothing. */
function scopeOf(place: Omit<BudgetScope, 'budget'>, budget: BudgetSpec | undefined): BudgetScope | undefined {
  if (budget?.max_cost_usd === undefined && budget?.max_tokens_total === undefined) return undefined;
  return { ...place, budget };
}
