import type { Failure } from '../../errors/index.ts';
import type { BudgetScope, Spending } from './scope.ts';

/** Why a call is not made. */
export function exceeded({ kind, id, budget }: BudgetScope, spent: Spending, alias: string): Failure {
  const { max_cost_usd: maxCostUsd, max_tokens_total: maxTokens } = budget;
  const limits = [
    ...(maxCostUsd === undefined ? [] : [`${dollars(spent.costUsd)} of ${dollars(maxCostUsd)}`]),
    ...(maxTokens === undefined ? [] : [`${spent.tokens} of ${maxTokens} tokens`]),
  ];
  return {
    code: 'budget.exceeded',
    message: `The ${kind} "${id}" has used ${limits.join(' and ')}, which leaves too little for the next call of the model "${alias}".`,
    hint: 'Raise the budget, shorten what the agent is shown, or add an error edge for the category "budget".',
    details: {
      scope: kind,
      id,
      spent_tokens: spent.tokens,
      spent_usd: spent.costUsd,
      ...(maxCostUsd !== undefined && { max_cost_usd: maxCostUsd }),
      ...(maxTokens !== undefined && { max_tokens_total: maxTokens }),
    },
  };
}

function dollars(amount: number): string {
  return `$${Number(amount.toFixed(6))}`;
}
