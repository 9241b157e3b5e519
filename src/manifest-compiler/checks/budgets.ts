import type { Problem, ProblemPath } from '../../errors/index.ts';
import { isPaid, priceOf, type BudgetSpec, type ManifestKind } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { modelNames } from './agent-references.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

interface PlacedBudget {
  readonly kind: ManifestKind;
  readonly path: ProblemPath;
  readonly budget: BudgetSpec;
}

/** Budgets of the engine and of agents say all that they need, and count what their models cost. */
export function checkBudgets(view: ProjectView): Problem[] {
  return [...projectBudgets(view).flatMap((placed) => budgetProblems(view, placed)), ...unpricedModels(view)];
}

/** The same of a workflow and its nodes. */
export function checkWorkflowBudgets(view: ProjectView): Problem[] {
  return workflowBudgets(view).flatMap((placed) => budgetProblems(view, placed));
}

/** Models that are asked when a budget is used up. */
export function degradedTo(view: ProjectView): readonly string[] {
  const inWorkflows = view.workflows.flatMap(({ workflow }) => [workflow, ...(workflow?.nodes ?? [])]);
  return [...projectBudgets(view).map(({ budget }) => budget), ...inWorkflows.map(budgetOf)].flatMap(
    (budget) => budget?.degrade_to ?? [],
  );
}

function projectBudgets({ manifests }: ProjectView): readonly PlacedBudget[] {
  const ofEngine = manifests.engine?.engine.defaults?.budget;
  return [
    ...(ofEngine === undefined
      ? []
      : [{ kind: 'engine', path: ['engine', 'defaults', 'budget'], budget: ofEngine } as const]),
    ...Object.entries(manifests.agents?.agents ?? {}).flatMap(([name, { budget }]) =>
      budget === undefined ? [] : [{ kind: 'agents', path: ['agents', name, 'budget'], budget } as const],
    ),
  ];
}

function workflowBudgets({ manifests }: ProjectView): readonly PlacedBudget[] {
  const workflow = manifests.workflow?.workflow;
  const places = [
    { path: ['workflow', 'budget'], budget: workflow?.budget },
    ...(workflow?.nodes ?? []).map((node, index) => ({
      path: ['workflow', 'nodes', index, 'budget'],
      budget: budgetOf(node),
    })),
  ];
  return places.flatMap(({ path, budget }) =>
    budget === undefined ? [] : [{ kind: 'workflow', path, budget } as const],
  );
}

function budgetOf(part: object | undefined): BudgetSpec | undefined {
  return part !== undefined && hasBudget(part) ? part.budget : undefined;
}

function hasBudget(part: object): part is { readonly budget?: BudgetSpec } {
  return 'budget' in part;
}

function budgetProblems(view: ProjectView, { kind, path, budget }: PlacedBudget): Problem[] {
  const { max_cost_usd: cost, max_tokens_total: tokens, on_exceeded: onExceeded, degrade_to: alias } = budget;
  const invalid = (problem: { readonly message: string; readonly hint: string; readonly path: ProblemPath }): Problem =>
    view.problem(kind, { code: 'MANIFEST_VALUE_INVALID', ...problem });
  return [
    ...(cost === undefined && tokens === undefined
      ? [
          invalid({
            message: 'This budget bounds nothing.',
            hint: 'Add "max_cost_usd" or "max_tokens_total".',
            path,
          }),
        ]
      : []),
    ...(onExceeded === 'degrade' && alias === undefined
      ? [
          invalid({
            message: 'A budget that degrades has to name the model that is asked then.',
            hint: 'Add "degrade_to", or write "on_exceeded: stop".',
            path: [...path, 'on_exceeded'],
          }),
        ]
      : []),
    ...(onExceeded !== 'degrade' && alias !== undefined
      ? [
          invalid({
            message: '"degrade_to" is of no use in a budget that stops.',
            hint: 'Write "on_exceeded: degrade", or remove it.',
            path: [...path, 'degrade_to'],
          }),
        ]
      : []),
    ...checkReference(view, {
      kind,
      path: [...path, 'degrade_to'],
      name: alias,
      what: 'model',
      names: modelNames(view),
      home: 'models of engine.yaml',
    }),
  ];
}

/** What a model costs that has no price is in no budget of dollars: its tokens are all that is counted. */
function unpricedModels(view: ProjectView): Problem[] {
  const { models = {}, defaults } = view.manifests.engine?.engine ?? {};
  const inWorkflows = view.workflows.flatMap(({ workflow }) => [workflow, ...(workflow?.nodes ?? [])]);
  const budgets = [...projectBudgets(view).map(({ budget }) => budget), ...inWorkflows.map(budgetOf), defaults];
  if (budgets.every((budget) => budget?.max_cost_usd === undefined)) return [];
  const agents = Object.values(view.manifests.agents?.agents ?? {});
  const asked = new Set([
    ...agents.map(({ model }) => model ?? defaults?.model),
    ...agents.flatMap((agent) => agent.fallback_models ?? []),
    ...degradedTo(view),
  ]);
  return Object.entries(models).flatMap(([name, model]) => {
    if (!asked.has(name) || !isPaid(model.provider) || priceOf(model) !== undefined) return [];
    return view.problem('engine', {
      severity: 'warning',
      code: 'MANIFEST_COST_UNBOUNDED',
      message: `No price is known of the model ${quote(name)}, so that no "max_cost_usd" counts what it costs.`,
      hint: 'Give the model a "price", or bound its tokens with "max_tokens_total".',
      path: ['engine', 'models', name],
      at: 'key',
    });
  });
}
