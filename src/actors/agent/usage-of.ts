import type { TokenUsage } from '../../services/index.ts';
import type { CallUsage } from './call-log.ts';

/** What a call came to, as it is kept. */
export function usageOf(result: TokenUsage, costUsd: number | undefined): CallUsage {
  return {
    prompt_tokens: result.promptTokens,
    completion_tokens: result.completionTokens,
    cached_tokens: result.cachedTokens,
    ...(costUsd !== undefined && { cost_usd: costUsd }),
  };
}
