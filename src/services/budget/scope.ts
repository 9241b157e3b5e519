import type { BudgetSpec } from '../../manifest/index.ts';

/** What a budget is for. */
type BudgetKind = 'task' | 'agent' | 'stage';

/** A budget that a call counts for. */
export interface BudgetScope {
  /** The account that it is kept on. */
  readonly key: string;
  readonly kind: BudgetKind;
  /** Id of the task, the agent or the stage. */
  readonly id: string;
  readonly budget: BudgetSpec;
}

/** What was spent. */
export interface Spending {
  readonly tokens: number;
  /** US dollars: nothing where no price is known. */
  readonly costUsd: number;
}

export const nothing: Spending = { tokens: 0, costUsd: 0 };

export function plus(one: Spending, other: Spending): Spending {
  return { tokens: one.tokens + other.tokens, costUsd: one.costUsd + other.costUsd };
}

/** Dollars that are left over from rounding are none. */
export function minus(one: Spending, other: Spending): Spending {
  const tokens = one.tokens - other.tokens;
  return { tokens, costUsd: tokens <= 0 ? 0 : one.costUsd - other.costUsd };
}
