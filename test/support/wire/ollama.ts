import { z } from 'zod';
import { JsonSchema } from '../../../src/manifest/index.ts';
import { createOllamaClient } from '../../../src/services/llm/ollama/client.ts';
import { jsonAnswer, type WireAnswer } from './answer.ts';
import type { SentRequest, SentTurn, WireFrames, WireProtocol, WireReply } from './protocol.ts';
import type { WireRequest } from './server.ts';

const Call = z.strictObject({
  function: z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.json()) }),
});
const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({ role: z.literal('assistant'), content: z.string(), tool_calls: z.array(Call).optional() }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), tool_name: z.string() }),
]);
type Message = z.infer<typeof Message>;

/** What an Ollama server takes; anything else is a mistake of the adapter. */
const ChatBody = z.strictObject({
  model: z.string(),
  messages: z.array(Message),
  stream: z.boolean(),
  format: JsonSchema.optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({ name: z.string(), description: z.string(), parameters: JsonSchema }),
      }),
    )
    .optional(),
  options: z
    .strictObject({
      temperature: z.number().optional(),
      num_predict: z.int().optional(),
      num_ctx: z.int().optional(),
    })
    .optional(),
});

function sent(body: unknown): SentRequest {
  const { model, messages, stream, format, tools, options } = ChatBody.parse(body);
  return {
    model,
    isStream: stream,
    system: messages.map((message) => (message.role === 'system' ? message.content : '')).join(''),
    turns: messages.flatMap(turnOf),
    ...(format !== undefined && { schema: format }),
    ...(tools !== undefined && {
      tools: tools.map(({ function: { name, description, parameters } }) => ({
        name,
        description,
        inputSchema: parameters,
      })),
    }),
    ...(options?.num_predict !== undefined && { maxOutputTokens: options.num_predict }),
  };
}

function turnOf(message: Message): readonly SentTurn[] {
  const { role, content: text } = message;
  if (role === 'system') return [];
  if (role !== 'assistant' || message.tool_calls === undefined) return [{ role, text }];
  const calls = message.tool_calls.map(({ function: called }) => ({ tool: called.name, arguments: called.arguments }));
  return [{ role, text, calls }];
}

const head = { model: 'test-model', created_at: '2031-01-01T00:00:00Z' };
const durations = { total_duration: 5, load_duration: 1, prompt_eval_duration: 1, eval_duration: 1 };

/** One line of an answer. */
export function ollamaLine(fields: object): string {
  return `${JSON.stringify({ ...head, ...fields })}\n`;
}

function piece(message: object): string {
  return ollamaLine({ message: { role: 'assistant', content: '', ...message }, done: false });
}

function lastLine({ finish, tokens = { prompt: 11, cached: 0, completion: 7 } }: WireReply): object {
  return {
    done: true,
    done_reason: finish === 'length' ? 'length' : 'stop',
    ...durations,
    prompt_eval_count: tokens.prompt,
    eval_count: tokens.completion,
  };
}

function callsOf({ toolCalls = [] }: WireReply): object {
  const calls = toolCalls.map(({ tool, arguments: given }) => ({ function: { name: tool, arguments: given } }));
  return calls.length === 0 ? {} : { tool_calls: calls };
}

function frames(reply: WireReply): WireFrames {
  const calls = callsOf(reply);
  return {
    start: [
      piece({ thinking: 'They greet me.' }),
      ...reply.texts.map((content) => piece({ content })),
      ...(Object.keys(calls).length === 0 ? [] : [piece(calls)]),
    ],
    end: [ollamaLine({ message: { role: 'assistant', content: '' }, ...lastLine(reply) })],
  };
}

/** How `ollama` 0.6.4 and its server speak. */
export const ollamaProtocol: WireProtocol = {
  provider: 'ollama',
  createClient: createOllamaClient,
  basePath: '',
  path: '/api/chat',
  variables: { address: 'OLLAMA_HOST' },
  hasCallIds: false,
  alwaysStreams: true,
  tellsCachedTokens: false,
  finishes: ['stop', 'length', 'tool_calls'],
  sentKey: ({ authorization }) => String(authorization).replace(/^Bearer /u, ''),
  sent,
  reply: (reply) =>
    jsonAnswer({
      ...head,
      message: { role: 'assistant', content: reply.texts.join(''), ...callsOf(reply) },
      ...lastLine(reply),
    }),
  streamHeaders: { 'content-type': 'application/x-ndjson' },
  frames,
  withUnknown: ({ start, end }) => ({
    start: ['\n', ollamaLine({ status: 'warming up' }), ...start.flatMap((line) => [line, ollamaLine({ news: [1] })])],
    end: end.map((line) => line.replace('"done":true', '"done":true,"news":{"a":[]}')),
  }),
  refusal: ({ status, message, headers = {} }) => jsonAnswer({ error: message }, { status, headers }),
  tooLong: () => jsonAnswer({ error: 'the input length exceeds the context length' }, { status: 400 }),
  streamError: {
    frames: ['{"error":"an error was encountered while running the model: unexpected EOF"}\n'],
    code: 'provider.overloaded',
  },
};

/** A server that has one model, "tiny:latest", which says "Hello". */
export function answerAsOllama({ path }: WireRequest): WireAnswer {
  if (path === '/api/tags') return jsonAnswer({ models: [{ name: 'tiny:latest' }] });
  return ollamaProtocol.reply({ texts: ['Hello'] });
}
