import { expect, it } from 'vitest';
import { failureOf } from '../../src/errors/index.ts';
import type { GenerateOptions, LLMChunk, LLMClient, Prompt, PromptSubject } from '../../src/services/llm/index.ts';

export function promptOf(subject: Partial<PromptSubject> = {}): Prompt {
  const full = { agent: 'writer', stage: 'summarise', taskInput: 'Summarise it.', input: null, context: [], call: 0 };
  return {
    system: 'You summarise.',
    messages: [{ role: 'user', content: 'Summarise it.' }],
    templateVersion: 'v1',
    subject: { ...full, ...subject },
  };
}

export function optionsOf(changes: Partial<GenerateOptions> = {}): GenerateOptions {
  return { model: 'test-model', signal: new AbortController().signal, idempotencyKey: 'task/1', ...changes };
}

export async function chunksOf(stream: AsyncIterable<LLMChunk>): Promise<LLMChunk[]> {
  const chunks: LLMChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** What a rejected promise reports. */
export async function failureFrom(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'no failure',
    (error: unknown) => failureOf(error) ?? error,
  );
}

const cancelled = { code: 'cancelled.task', message: 'The call of the model was cancelled.' };

/** What every adapter to a model has to do. The client must have an answer to the prompt. */
export function modelClientContract(createClient: () => LLMClient, prompt: Prompt): void {
  it('answers with a text, the model it was asked for, and tokens that add up', async () => {
    const result = await createClient().generate(prompt, optionsOf());
    const { text, model, finishReason, promptTokens, completionTokens, totalTokens } = result;
    expect({ isEmpty: text === '', model, finishReason }).toEqual({
      isEmpty: false,
      model: 'test-model',
      finishReason: 'stop',
    });
    expect(totalTokens).toBe(promptTokens + completionTokens);
  });

  it('gives the same result for the same call', async () => {
    const client = createClient();
    const first = await client.generate(prompt, optionsOf());
    expect(await client.generate(prompt, optionsOf())).toEqual(first);
    expect(await createClient().generate(prompt, optionsOf())).toEqual(first);
  });

  it('streams the text that it generates, with the result on the last chunk alone', async () => {
    const client = createClient();
    const result = await client.generate(prompt, optionsOf());
    const chunks = await chunksOf(client.stream(prompt, optionsOf()));
    expect(chunks.map(({ text }) => text).join('')).toBe(result.text);
    // Events and a message are two ways to send the same.
    const results = chunks.flatMap((chunk) => ('result' in chunk ? [{ ...chunk.result, raw: null }] : []));
    expect(results).toEqual([{ ...result, raw: null }]);
    expect(chunks.at(-1)).toHaveProperty('result');
  });

  it('does not begin when the call is cancelled already', async () => {
    const options = optionsOf({ signal: AbortSignal.abort() });
    expect(await failureFrom(createClient().generate(prompt, options))).toEqual(cancelled);
    expect(await failureFrom(chunksOf(createClient().stream(prompt, options)))).toEqual(cancelled);
  });

  it('stops a stream between two chunks when the call is cancelled', async () => {
    const controller = new AbortController();
    const streaming = async (): Promise<void> => {
      for await (const chunk of createClient().stream(prompt, optionsOf({ signal: controller.signal }))) {
        expect('result' in chunk).toBe(false);
        controller.abort();
      }
    };
    expect(await failureFrom(streaming())).toEqual(cancelled);
  });

  it('counts more tokens for a longer prompt', () => {
    const client = createClient();
    const longer = { ...prompt, messages: [...prompt.messages, { role: 'user' as const, content: 'x'.repeat(400) }] };
    expect(client.countTokens(longer)).toBeGreaterThan(client.countTokens(prompt));
  });
}
