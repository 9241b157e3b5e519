import type { PriceSpec } from '../../manifest/index.ts';
import type { LLMResult } from './port.ts';

export type TokenUsage = Pick<LLMResult, 'promptTokens' | 'completionTokens' | 'cachedTokens'>;

const tokensPerPrice = 1_000_000;

/** US dollars for a call. Without a price there is no cost: nothing is guessed. */
export function costOf(usage: TokenUsage, price: PriceSpec | undefined): number | undefined {
  if (price === undefined) return undefined;
  const cached = Math.min(usage.cachedTokens, usage.promptTokens);
  const cachedPrice = price.cached_input_per_mtok ?? price.input_per_mtok;
  const input = (usage.promptTokens - cached) * price.input_per_mtok + cached * cachedPrice;
  return (input + usage.completionTokens * price.output_per_mtok) / tokensPerPrice;
}
