import { failureError } from '../../../errors/index.ts';
import type { ModelAdapterOptions } from '../adapter-options.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { GenerateOptions, LLMChunk, LLMClient, LLMResult, Prompt } from '../port.ts';
import { providerKey } from '../provider-key.ts';
import { estimatePromptTokens } from '../tokens.ts';
import { createMessageCollector } from './collect.ts';
import { connect, type Connection } from './connection.ts';
import { readEvent } from './events.ts';
import { failureFrom } from './failure.ts';
import { Reply, resultOf } from './reply.ts';
import { mostTokensUnstreamed, requestBody } from './request.ts';

/** The models of Anthropic, by its Messages API. */
export function createAnthropicClient(options: ModelAdapterOptions): LLMClient {
  const { spec } = options;
  const connection = async ({ signal, onBytes }: GenerateOptions): Promise<Connection> => {
    throwIfCancelled(signal);
    const key = providerKey(options, 'ANTHROPIC_API_KEY');
    const connected = await connect(options, key, onBytes);
    throwIfCancelled(signal);
    return connected;
  };

  async function* stream(prompt: Prompt, call: GenerateOptions): AsyncGenerator<LLMChunk> {
    const { client, sdk, asked } = await connection(call);
    try {
      const body = { ...requestBody(prompt, call, spec), stream: true } as const;
      yield* chunksOf(await client.messages.create(body, requestOptions(call)), call.signal);
    } catch (error) {
      throwIfCancelled(call.signal);
      throw failureError(failureFrom(error, sdk, asked));
    }
  }

  const generate = async (prompt: Prompt, call: GenerateOptions): Promise<LLMResult> => {
    const body = requestBody(prompt, call, spec);
    if (body.max_tokens > mostTokensUnstreamed) return await lastResult(stream(prompt, call));
    const { client, sdk, asked } = await connection(call);
    try {
      const raw: unknown = await client.messages.create({ ...body, stream: false }, requestOptions(call));
      return resultOf(Reply.parse(raw), raw);
    } catch (error) {
      throwIfCancelled(call.signal);
      throw failureError(failureFrom(error, sdk, asked));
    }
  };

  return { takesTools: true, generate, stream, countTokens: estimatePromptTokens };
}

function requestOptions({ signal, idempotencyKey }: GenerateOptions) {
  return { signal, headers: { 'idempotency-key': idempotencyKey } };
}

/** Chunks without text are signs of life while the model thinks or writes a tool call. */
async function* chunksOf(events: AsyncIterable<unknown>, signal: AbortSignal): AsyncGenerator<LLMChunk> {
  const collector = createMessageCollector();
  for await (const sent of events) {
    throwIfCancelled(signal);
    const event = readEvent(sent);
    if (event === undefined) continue;
    const text = collector.add(event);
    // The socket is not read on: a server that keeps it open would hold up an answer that is complete.
    if (collector.isComplete()) break;
    yield { text };
    throwIfCancelled(signal);
  }
  throwIfCancelled(signal);
  if (!collector.isComplete()) throw new Error('The stream ended before its end marker, or what came was no stream.');
  const raw = collector.message();
  yield { text: '', result: resultOf(Reply.parse(raw), raw) };
}

async function lastResult(chunks: AsyncIterable<LLMChunk>): Promise<LLMResult> {
  for await (const { result } of chunks) if (result !== undefined) return result;
  throw new Error('The stream has no result.');
}
