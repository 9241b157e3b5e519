import { expect, it } from 'vitest';
import type { Prompt } from '../../../../../src/services/llm/index.ts';
import { ask } from '../../../../contract/wire/calls.ts';
import { failureFrom, promptOf } from '../../../../contract/model-client.ts';
import { jsonAnswer } from '../../../../support/wire/answer.ts';
import { clientAt, servers, streamFrames } from '../../../../support/wire/openai/asking.ts';
import { eventFrame, responseOf } from '../../../../support/wire/openai/responses.ts';

const start = servers();
const api = 'responses' as const;
const delta = (text: string): string => eventFrame({ type: 'response.output_text.delta', delta: text });
const completed = (response: unknown): string => eventFrame({ type: 'response.completed', response });

it.each([
  ['server_error', 'provider.overloaded', 'The model broke.'],
  ['rate_limit_exceeded', 'provider.rate_limit', 'Too fast.'],
  ['insufficient_quota', 'provider.quota', 'Nothing left.'],
  ['context_length_exceeded', 'provider.context_length', 'Too long.'],
  ['something_else', 'provider.network', 'Who knows.'],
])('ends in the failure that the code %s stands for', async (code, kind, message) => {
  const failed = responseOf({ texts: [] }, { status: 'failed', output: [], error: { code, message } });
  const server = await start(
    jsonAnswer(failed),
    streamFrames(eventFrame({ type: 'response.failed', response: failed })),
  );
  const failure = {
    code: kind,
    message: `Provider "openai" could not be asked: It failed while it answered: ${message}`,
  };
  expect(await failureFrom(ask(clientAt(server, { api }), 'generate'))).toMatchObject(failure);
  expect(await failureFrom(ask(clientAt(server, { api }), 'stream'))).toMatchObject(failure);
});

it.each(['cancelled', 'queued', 'in_progress'])('takes no answer that is %s', async (status) => {
  const server = await start(jsonAnswer(responseOf({ texts: ['Half'] }, { status })));
  expect(await failureFrom(ask(clientAt(server, { api }), 'generate'))).toMatchObject({
    code: 'provider.network',
    message: `Provider "openai" could not be asked: It failed while it answered: The answer is "${status}".`,
  });
});

it('takes an answer for cut that is incomplete for a reason of its own', async () => {
  const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_messages' } };
  const server = await start(jsonAnswer(responseOf({ texts: ['Half'] }, incomplete)));
  expect(await ask(clientAt(server, { api }), 'generate')).toMatchObject({ text: 'Half', finishReason: 'length' });
});

it('estimates tokens where the server counts none', async () => {
  const server = await start(jsonAnswer(responseOf({ texts: ['Hello, you.'] }, { usage: null, model: null })));
  expect(await ask(clientAt(server, { api }), 'generate')).toMatchObject({
    model: 'test-model',
    promptTokens: 16,
    completionTokens: 4,
    totalTokens: 20,
    cachedTokens: 0,
  });
});

it('takes what was put out from its own events where the end does not repeat it', async () => {
  const message = { type: 'message', content: [{ type: 'output_text', text: 'Hi.' }] };
  const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
  const server = await start(
    streamFrames(
      delta('Hi.'),
      eventFrame({ type: 'response.output_item.done', item: message }),
      eventFrame({ type: 'response.output_item.done', item: call }),
      completed(responseOf({ texts: [] }, { output: [] })),
    ),
  );
  const { text, toolCalls, finishReason } = await ask(clientAt(server, { api }), 'stream');
  expect({ text, toolCalls, finishReason }).toEqual({
    text: 'Hi.',
    toolCalls: [{ id: 'c1', tool: 'look', arguments: {} }],
    finishReason: 'tool_calls',
  });
});

it('gives with the last chunk what the stream has lost', async () => {
  const server = await start(streamFrames(delta('Hel'), completed(responseOf({ texts: ['Hello'] }))));
  const chunks = [];
  const options = { model: 'test-model', signal: new AbortController().signal, idempotencyKey: 'k' };
  for await (const chunk of clientAt(server, { api }).stream(promptOf(), options)) chunks.push(chunk);
  expect(chunks.map(({ text, result }) => [text, result?.text])).toEqual([
    ['Hel', undefined],
    ['lo', 'Hello'],
  ]);
});

it.each([
  ['said something twice', [delta('Hel'), delta('Hel'), completed(responseOf({ texts: ['Hello'] }))]],
  ['ends in no answer', [completed({ object: 'response' })]],
  ['ends in nothing', [eventFrame({ type: 'response.completed' })]],
  ['has a piece that is no text', [eventFrame({ type: 'response.output_text.delta', delta: 5 })]],
])('ends in provider.network for a stream that %s', async (_name, frames) => {
  const server = await start(streamFrames(...frames));
  expect(await failureFrom(ask(clientAt(server, { api }), 'stream'))).toMatchObject({ code: 'provider.network' });
});

it('ends in its failure for an error without a name', async () => {
  const error = { type: 'error', code: 'rate_limit_exceeded', message: 'Too fast.' };
  const server = await start(streamFrames(`data: ${JSON.stringify(error)}\n\n`));
  expect(await failureFrom(ask(clientAt(server, { api }), 'stream'))).toMatchObject({ code: 'provider.rate_limit' });
});

it('keeps nothing at the provider, and sends the conversation as items', async () => {
  const prompt: Prompt = {
    ...promptOf(),
    system: '',
    messages: [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', tool: 'look', arguments: { a: 1 } }] },
      { role: 'tool', callId: 'c1', tool: 'look', content: 'It is dark.', isError: true },
      { role: 'assistant', content: '' },
    ],
  };
  const server = await start(jsonAnswer(responseOf({ texts: ['Dark.'] })));
  const tools = [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object' } }];
  const outputSchema = { type: 'object', properties: {}, additionalProperties: false };
  const options = { tools, toolChoice: 'none', outputSchema, temperature: 1, maxOutputTokens: 50 } as const;
  await ask(clientAt(server, { api }), 'generate', { prompt, options });
  expect(server.requests[0]?.body).toEqual({
    model: 'test-model',
    store: false,
    stream: false,
    temperature: 1,
    max_output_tokens: 50,
    input: [
      { role: 'user', content: 'Look.' },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'The call failed: It is dark.' },
      { role: 'assistant', content: '' },
    ],
    text: {
      format: {
        type: 'json_schema',
        name: 'answer',
        strict: true,
        schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      },
    },
    tools: [{ type: 'function', name: 'look', description: 'Looks.', strict: false, parameters: { type: 'object' } }],
    tool_choice: 'none',
  });
});
