import { expect, it } from 'vitest';
import { createModelClient, withCosts, type LLMResult, type Prompt } from '../../../../src/services/llm/index.ts';

const spec = { provider: 'scripted', script: 'replies.yaml' };
const script = 'replies: [{ reply: hello, chunks: 2, tokens: { prompt: 1000, completion: 100 } }]';
const prompt: Prompt = {
  system: '',
  messages: [],
  templateVersion: '1',
  subject: { agent: 'a', stage: 's', taskInput: '', input: '', context: [], call: 0 },
};

it('says what a result costs, whole or streamed, and nothing without a price', async () => {
  const client = createModelClient('told', spec, { script });
  const options = { model: 'told', signal: new AbortController().signal, idempotencyKey: 'k' };
  const costs = async (price: Parameters<typeof withCosts>[1]): Promise<(number | undefined)[]> => {
    const priced = withCosts(client, price);
    const results: (LLMResult | undefined)[] = [await priced.generate(prompt, options)];
    for await (const { result } of priced.stream(prompt, options)) results.push(result);
    return results.map((result) => result?.costEstimate);
  };
  expect(await costs({ input_per_mtok: 1_000, output_per_mtok: 5_000 })).toEqual([1.5, undefined, 1.5]);
  expect(await costs(undefined)).toEqual([undefined, undefined, undefined]);
});
