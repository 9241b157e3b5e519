import { expect, it } from 'vitest';
import type { Prompt } from '../../../../../src/services/llm/index.ts';
import { assembleChat } from '../../../../../src/services/llm/openai/chat/pieces.ts';
import { ChatPiece } from '../../../../../src/services/llm/openai/chat/schema.ts';
import { ask } from '../../../../contract/wire/calls.ts';
import { failureFrom, promptOf } from '../../../../contract/model-client.ts';
import { jsonAnswer, type WireAnswer } from '../../../../support/wire/answer.ts';
import { clientAt, servers, streamFrames } from '../../../../support/wire/openai/asking.ts';
import { chatFrame, doneFrame, openaiChat } from '../../../../support/wire/openai/chat.ts';

const start = servers();

const answer = (message: unknown, more: object = {}): WireAnswer =>
  jsonAnswer({ choices: [{ index: 0, message, finish_reason: 'stop' }], ...more });
const piece = (value: object): string => chatFrame({ tool_calls: [value] });
const call = (given: string, id?: string) => ({ ...(id && { id }), function: { name: 'look', arguments: given } });

it('estimates tokens where the server counts none', async () => {
  const server = await start(
    answer({ content: 'Hello, you.' }),
    streamFrames(chatFrame({ content: 'Hello, you.' }), chatFrame({}, 'stop'), doneFrame),
  );
  const tokens = { promptTokens: 16, completionTokens: 4, totalTokens: 20, cachedTokens: 0, model: 'test-model' };
  expect(await ask(clientAt(server), 'generate')).toMatchObject({ ...tokens, text: 'Hello, you.' });
  expect(await ask(clientAt(server), 'stream')).toMatchObject({ ...tokens, text: 'Hello, you.' });
});

it('leaves arguments as they were written where they are no JSON, and takes none for an empty object', async () => {
  const calls = [call('{"a": 1', 'c1'), call('', 'c2'), call('[1]', 'c3'), call(' {"a": 1}', 'c4')];
  const server = await start(answer({ content: null, tool_calls: calls }));
  const { toolCalls, finishReason } = await ask(clientAt(server), 'generate');
  expect(finishReason).toBe('tool_calls');
  expect(toolCalls).toEqual([
    { id: 'c1', tool: 'look', arguments: '{"a": 1' },
    { id: 'c2', tool: 'look', arguments: {} },
    { id: 'c3', tool: 'look', arguments: '[1]' },
    { id: 'c4', tool: 'look', arguments: { a: 1 } },
  ]);
});

it('gives calls ids of its own that no other call of the conversation has', async () => {
  const prompt: Prompt = {
    ...promptOf(),
    messages: [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', tool: 'look', arguments: {} }] },
      { role: 'tool', callId: 'call_1', tool: 'look', content: 'nothing' },
    ],
  };
  const server = await start(answer({ tool_calls: [call('{}'), call('{}', '')] }));
  const { toolCalls } = await ask(clientAt(server), 'generate', { prompt });
  expect(toolCalls.map(({ id }) => id)).toEqual(['call_2', 'call_3']);
});

it('puts calls together that come without an index', async () => {
  const server = await start(
    streamFrames(
      piece(call('{"a":', 'c1')),
      piece({ function: { arguments: '1}' } }),
      piece(call('{"b":2}', 'c2')),
      chatFrame({}, 'tool_calls'),
    ),
  );
  expect((await ask(clientAt(server), 'stream')).toolCalls).toEqual([
    { id: 'c1', tool: 'look', arguments: { a: 1 } },
    { id: 'c2', tool: 'look', arguments: { b: 2 } },
  ]);
});

it('takes nothing for a part of the answer that comes behind its end or belongs to another one', async () => {
  const other = chatFrame({ content: 'Other.' }).replace('"index":0', '"index":1');
  const server = await start(
    streamFrames(
      chatFrame({ content: 'All' }),
      other,
      chatFrame({ content: '.' }, 'stop'),
      chatFrame({ content: 'More.' }, 'length'),
      doneFrame,
    ),
  );
  expect(await ask(clientAt(server), 'stream')).toMatchObject({ text: 'All.', finishReason: 'stop' });
});

it('ends in provider.network for a stream whose end mark comes before the reason to finish', async () => {
  const server = await start(streamFrames(chatFrame({ content: 'Half' }), doneFrame));
  expect(await failureFrom(ask(clientAt(server), 'stream'))).toEqual({
    code: 'provider.network',
    message:
      'Provider "openai" could not be asked: The stream ended before the answer did, or what came was no stream.',
    hint: 'Check the network and "base_url" in engine.yaml, and try it again.',
    details: { provider: 'openai' },
  });
});

it.each([['{"choices": 5}'], ['{"choices": [{"index": 0, "delta": {"content": 5}}]}']])(
  'ends in provider.network for the piece %s',
  async (broken) => {
    const server = await start(streamFrames(`data: ${broken}\n\n`, chatFrame({}, 'stop'), doneFrame));
    expect(await failureFrom(ask(clientAt(server), 'stream'))).toMatchObject({ code: 'provider.network' });
  },
);

it('says of tools what they are, that they may not be called any more, and which of their calls failed', async () => {
  const prompt: Prompt = {
    ...promptOf(),
    system: '',
    messages: [
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', tool: 'look', arguments: '{"a": ' }] },
      { role: 'tool', callId: 'c1', tool: 'look', content: 'It is dark.', isError: true },
    ],
  };
  const inputSchema = { type: 'object', properties: { a: { type: 'string' } } };
  const look = { name: 'look', description: 'Looks.', inputSchema };
  const open = { name: 'open', description: 'Opens.', inputSchema: { type: 'object' } };
  const server = await start(answer({ content: 'Dark.' }));
  const options = {
    tools: [look, open],
    toolChoice: 'none',
    temperature: 0.5,
    outputSchema: { type: 'object' },
  } as const;
  await ask(clientAt(server), 'generate', { prompt, options });
  expect(server.requests[0]?.body).toEqual({
    model: 'test-model',
    stream: false,
    temperature: 0.5,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: false, schema: { type: 'object' } },
    },
    messages: [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a": ' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'The call failed: It is dark.' },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'look',
          description: 'Looks.',
          strict: true,
          parameters: {
            type: 'object',
            properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
            required: ['a'],
            additionalProperties: false,
          },
        },
      },
      {
        type: 'function',
        function: { name: 'open', description: 'Opens.', strict: false, parameters: { type: 'object' } },
      },
    ],
    tool_choice: 'none',
  });
});

it('asks for no form of the answer where that is no object', async () => {
  const server = await start(answer({ content: '[]' }));
  await ask(clientAt(server), 'generate', { options: { outputSchema: { type: 'array' } } });
  expect(server.requests[0]?.body).toEqual({
    model: 'test-model',
    stream: false,
    messages: [
      { role: 'system', content: 'You summarise.' },
      { role: 'user', content: 'Summarise it.' },
    ],
  });
});

it('asks servers of others for the limit by its old name, and for the count of tokens', async () => {
  const { start: first, end } = openaiChat.frames({ texts: ['x'] });
  const server = await start(streamFrames(...first, ...end));
  await ask(clientAt(server), 'stream', { options: { maxOutputTokens: 9 } });
  expect(server.requests[0]?.body).toMatchObject({ max_tokens: 9, stream_options: { include_usage: true } });
  expect(server.requests[0]?.body).not.toHaveProperty('max_completion_tokens');
});

const pieceOf = (id: string, given: string): ChatPiece =>
  ChatPiece.parse({
    choices: [{ delta: { tool_calls: [{ id, function: { name: id && 'look', arguments: given } }] } }],
  });

it('puts very many calls together that come without an index', () => {
  const assembly = assembleChat();
  for (let at = 0; at < 80_000; at += 1) {
    assembly.take(pieceOf(`c${at}`, '{"a":'));
    assembly.take(pieceOf('', '1}'));
  }
  assembly.take(ChatPiece.parse({ choices: [{ finish_reason: 'tool_calls' }] }));
  const calls = assembly.reply()?.choices[0].message.tool_calls ?? [];
  expect(calls).toHaveLength(80_000);
  expect(new Set(calls.map(({ function: called }) => called.arguments))).toEqual(new Set(['{"a":1}']));
});
