import type { PriceSpec } from '../../manifest/index.ts';
import { costOf } from './cost.ts';
import type { LLMClient, LLMResult } from './port.ts';

/** The client, whose results say what they cost. Without a price they do not. */
export function withCosts(client: LLMClient, price: PriceSpec | undefined): LLMClient {
  if (price === undefined) return client;
  const priced = (result: LLMResult): LLMResult => {
    const costEstimate = costOf(result, price);
    return costEstimate === undefined ? result : { ...result, costEstimate };
  };
  return {
    takesTools: client.takesTools,
    countTokens: (prompt) => client.countTokens(prompt),
    generate: async (prompt, options) => priced(await client.generate(prompt, options)),
    stream: async function* stream(prompt, options) {
      for await (const chunk of client.stream(prompt, options))
        yield chunk.result === undefined ? chunk : { ...chunk, result: priced(chunk.result) };
    },
  };
}
