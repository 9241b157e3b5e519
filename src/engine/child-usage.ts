import type { StageUsage } from '../hosts/index.ts';

/** What child tasks have spent together; nothing when they asked no model. A cost is given when at least one has one. */
export function addUsages(ends: Iterable<{ readonly usage?: StageUsage }>): { readonly usage?: StageUsage } {
  const sum = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 };
  let cost: number | undefined;
  for (const { usage } of ends) {
    if (usage === undefined) continue;
    sum.prompt_tokens += usage.prompt_tokens;
    sum.completion_tokens += usage.completion_tokens;
    sum.cached_tokens += usage.cached_tokens;
    if (usage.cost_usd !== undefined) cost = (cost ?? 0) + usage.cost_usd;
  }
  if (sum.prompt_tokens + sum.completion_tokens === 0 && cost === undefined) return {};
  return { usage: { ...sum, ...(cost !== undefined && { cost_usd: cost }) } };
}
