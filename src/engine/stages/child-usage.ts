import { addUsage, type StageUsage } from '../../hosts/index.ts';

/** What child tasks have spent together; nothing when they asked no model. */
export function addUsages(ends: Iterable<{ readonly usage?: StageUsage }>): { readonly usage?: StageUsage } {
  let sum: StageUsage = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 };
  for (const { usage } of ends) if (usage !== undefined) sum = addUsage(sum, usage);
  return sum.prompt_tokens + sum.completion_tokens === 0 && sum.cost_usd === undefined ? {} : { usage: sum };
}
