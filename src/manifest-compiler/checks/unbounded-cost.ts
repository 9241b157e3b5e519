import type { Problem } from '../../errors/index.ts';
import { priceOf, type BudgetSpec, type ModelSpec } from '../../manifest/index.ts';
import type { BrokenPart } from '../read/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Warns of models that cost something, that agents ask, and of whose use in one task nothing bounds the cost. */
export function checkUnboundedCost(view: ProjectView): Problem[] {
  if (mayBoundTasks(view)) return [];
  return Object.entries(view.manifests.engine?.engine.models ?? {}).flatMap(([name, model]) => {
    if (!costsSomething(model) || !isEndless(view, name, model)) return [];
    return view.problem('engine', {
      severity: 'warning',
      code: 'MANIFEST_COST_UNBOUNDED',
      message: `Nothing bounds what the model ${quote(name)} can cost in one task.`,
      hint: 'Set "max_cost_usd" in "defaults", or "context_window" and "max_output_tokens" of the model.',
      path: ['engine', 'models', name],
      at: 'key',
    });
  });
}

/** Whether something says how much one task may use, or seems to. */
export function mayBoundTasks(view: ProjectView): boolean {
  const { defaults } = view.manifests.engine?.engine ?? {};
  const [main] = view.workflows;
  const hasBound = bounds(defaults) || bounds(main?.workflow?.budget ?? defaults?.budget);
  return hasBound || view.isBroken('engine', ['engine', 'defaults']) || main?.broken.some(isBudget) === true;
}

/** Whether a budget is one that work stops at. */
export function bounds(budget: BudgetSpec | undefined): boolean {
  if (budget === undefined || budget.on_exceeded === 'degrade') return false;
  return budget.max_cost_usd !== undefined || budget.max_tokens_total !== undefined;
}

function isBudget({ path }: BrokenPart): boolean {
  return path[0] === 'workflow' && path[1] === 'budget';
}

function costsSomething(model: ModelSpec): boolean {
  const price = priceOf(model);
  return price !== undefined && price.input_per_mtok + price.output_per_mtok > 0;
}

/** Prompt and answer share the context window, so both have to be known for a call to have a greatest price. */
function isEndless(view: ProjectView, name: string, model: ModelSpec): boolean {
  const defaultModel = view.manifests.engine?.engine.defaults?.model;
  return Object.values(view.manifests.agents?.agents ?? {}).some((agent) => {
    if (bounds(agent.budget)) return false;
    const asked = [agent.model ?? defaultModel, ...(agent.fallback_models ?? [])];
    const hasLongestAnswer = (agent.max_output_tokens ?? model.max_output_tokens) !== undefined;
    return asked.includes(name) && !(hasLongestAnswer && model.context_window !== undefined);
  });
}
