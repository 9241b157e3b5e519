import { hashOf } from '../../hosts/index.ts';
import type { BudgetSpec, ProjectSpec } from '../../manifest/index.ts';
import { isKept, isMemo, type BudgetLimits, type GivenOverride, type OverrideDanger } from '../../services/index.ts';

/** What of the overrides of a task has to be allowed by a person. */
export function dangersOf(applied: readonly GivenOverride[], project: ProjectSpec): readonly OverrideDanger[] {
  return applied.flatMap((given) => [...checksOf(given), ...raisesOf(given, project), ...writesOf(given)]);
}

function checksOf({ spec }: GivenOverride): readonly OverrideDanger[] {
  if (spec.kind !== 'safety' || spec.payload.skip_checks === undefined) return [];
  return [{ override: spec.id, field: 'skip_checks', text: 'have tools run that need consent, without asking for it' }];
}

const budgetFields = ['max_cost_usd', 'max_tokens_total'] as const;

function raisesOf({ spec }: GivenOverride, project: ProjectSpec): readonly OverrideDanger[] {
  if (spec.kind !== 'budget') return [];
  return budgetFields.flatMap((field): readonly OverrideDanger[] => {
    const value = spec.payload[field];
    const limit = lowestLimit(project, field);
    if (value === undefined || limit === undefined || value <= limit) return [];
    return [{ override: spec.id, field, text: `raise ${field} of the task from ${limit} to ${value}` }];
  });
}

/** Of the budgets that every call of a task counts for. */
function lowestLimit({ engine, workflow }: ProjectSpec, field: keyof BudgetLimits): number | undefined {
  const budgets: readonly (BudgetSpec | undefined)[] = [workflow.budget ?? engine.defaults?.budget];
  const limits = [engine.defaults?.[field], ...budgets.map((budget) => budget?.[field])];
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function writesOf(given: GivenOverride): readonly OverrideDanger[] {
  const { spec } = given;
  if (spec.scope !== 'global' || !isKept(given)) return [];
  const what = isMemo(spec) ? 'write to the memory that all projects share' : 'become a preference of all projects';
  return [{ override: spec.id, field: 'store', text: what }];
}

/** Names what an answer holds for that is remembered: the same dangers of an override, whichever task it is in. */
export function likenessOf(dangers: readonly OverrideDanger[], applied: readonly GivenOverride[]): string {
  const said = dangers.map(({ override, field, text }) => {
    const spec = applied.find((given) => given.spec.id === override)?.spec;
    return [field, text, field === 'store' && spec !== undefined ? [spec.kind, spec.payload] : ''];
  });
  return hashOf(JSON.stringify(['override', ...said])).slice(0, 32);
}
