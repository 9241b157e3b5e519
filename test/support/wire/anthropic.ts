import { z } from 'zod';
import { createAnthropicClient } from '../../../src/services/llm/anthropic/client.ts';
import type { FinishReason } from '../../../src/services/llm/port.ts';
import { jsonAnswer } from './answer.ts';
import type { SentRequest, SentTurn, WireFrames, WireProtocol, WireReply } from './protocol.ts';

/** As `@anthropic-ai/sdk` 1.12 speaks it. */
const stopReasons: Readonly<Partial<Record<FinishReason, string>>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  refusal: 'refusal',
};
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const Cached = z.strictObject({ type: z.literal('ephemeral') }).optional();
const TextBlock = z.strictObject({ type: z.literal('text'), text: z.string(), cache_control: Cached });
const SentBody = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  stream: z.boolean(),
  system: z.array(TextBlock).optional(),
  messages: z.array(
    z.strictObject({
      role: z.enum(['user', 'assistant']),
      content: z.array(
        z.discriminatedUnion('type', [
          TextBlock,
          z.strictObject({
            type: z.literal('tool_use'),
            id: z.string(),
            name: z.string(),
            input: z.record(z.string(), z.unknown()),
            cache_control: Cached,
          }),
          z.strictObject({
            type: z.literal('tool_result'),
            tool_use_id: z.string(),
            content: z.string(),
            is_error: z.literal(true).optional(),
            cache_control: Cached,
          }),
        ]),
      ),
    }),
  ),
  tools: z
    .array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        input_schema: z.record(z.string(), z.json()),
        cache_control: Cached,
      }),
    )
    .optional(),
  tool_choice: z.strictObject({ type: z.literal('none') }).optional(),
  output_config: z
    .strictObject({ format: z.strictObject({ type: z.literal('json_schema'), schema: z.unknown() }) })
    .optional(),
});
type SentMessage = z.infer<typeof SentBody>['messages'][number];

/** A request as the API takes it; throws for one that it would refuse. */
export function sentToAnthropic(body: unknown): SentRequest {
  const { model, max_tokens, stream, system = [], messages, tools, output_config } = SentBody.parse(body);
  return {
    model,
    isStream: stream,
    system: system.map(({ text }) => text).join(''),
    turns: messages.flatMap((message) => turnsOf(message)),
    maxOutputTokens: max_tokens,
    ...(output_config !== undefined && { schema: output_config.format.schema }),
    ...(tools !== undefined && {
      tools: tools.map(({ name, description, input_schema }) => ({ name, description, inputSchema: input_schema })),
    }),
  };
}

function turnsOf({ role, content }: SentMessage): SentTurn[] {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const results = content.flatMap((block): SentTurn[] =>
    block.type === 'tool_result' ? [{ role: 'tool', text: block.content, callId: block.tool_use_id }] : [],
  );
  const calls = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, tool: block.name, arguments: block.input }] : [],
  );
  const said: SentTurn[] =
    text === '' && calls.length === 0 ? [] : [{ role, text, ...(calls.length > 0 && { calls }) }];
  return [...results, ...said];
}

interface Told {
  readonly tokens: NonNullable<WireReply['tokens']>;
  readonly stopReason: string;
}

function told({ toolCalls = [], finish, tokens }: WireReply): Told {
  const reason = finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop');
  return { tokens: tokens ?? { prompt: 11, cached: 0, completion: 7 }, stopReason: stopReasons[reason] ?? reason };
}

/** Two of the tokens that were not cached went into the cache. */
function usageOf({ tokens: { prompt, cached, completion } }: Told): unknown {
  const kept = { cache_creation_input_tokens: 2, cache_read_input_tokens: cached };
  return { input_tokens: prompt - cached - 2, output_tokens: completion, ...kept, service_tier: 'standard' };
}

function messageOf(reply: WireReply): Readonly<Record<string, unknown>> {
  const { texts, toolCalls = [] } = reply;
  const thinking = { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' };
  const text = { type: 'text', text: texts.join(''), citations: null };
  const calls = toolCalls.map(({ id, tool, arguments: input }) => ({ type: 'tool_use', id, name: tool, input }));
  const facts = { id: 'msg_1', type: 'message', role: 'assistant', model: 'test-model' };
  const ends = { stop_reason: told(reply).stopReason, stop_sequence: null, stop_details: null };
  return { ...facts, content: [thinking, text, ...calls], ...ends, usage: usageOf(told(reply)) };
}

/** One event: without its first line the SDK would drop it. */
export function anthropicEvent(data: Readonly<Record<string, unknown>> & { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function blockFrames(index: number, block: unknown, deltas: readonly unknown[]): string[] {
  return [
    anthropicEvent({ type: 'content_block_start', index, content_block: block }),
    ...deltas.map((delta) => anthropicEvent({ type: 'content_block_delta', index, delta })),
    anthropicEvent({ type: 'content_block_stop', index }),
  ];
}

const ping = anthropicEvent({ type: 'ping' });

export function anthropicFrames(reply: WireReply): WireFrames {
  const { texts, toolCalls = [] } = reply;
  const { tokens, stopReason } = told(reply);
  const message = { ...messageOf(reply), content: [], stop_reason: null };
  const started = { ...message, usage: usageOf({ tokens: { ...tokens, completion: 1 }, stopReason }) };
  const thoughts = [
    { type: 'thinking_delta', thinking: 'Let me see.' },
    { type: 'signature_delta', signature: 'c2ln' },
  ];
  const pieces = texts.map((text) => ({ type: 'text_delta', text }));
  const calls = toolCalls.flatMap(({ id, tool, arguments: given }, place) => {
    const json = JSON.stringify(given);
    // An empty object comes without a word.
    const parts = json === '{}' ? [''] : [json.slice(0, 5), json.slice(5)];
    const deltas = parts.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    return blockFrames(2 + place, { type: 'tool_use', id, name: tool, input: {} }, deltas);
  });
  return {
    start: [
      anthropicEvent({ type: 'message_start', message: started }),
      ping,
      ...blockFrames(0, { type: 'thinking', thinking: '', signature: '' }, thoughts),
      ...blockFrames(1, { type: 'text', text: '' }, pieces),
      ping,
      ...calls,
    ],
    end: [
      anthropicEvent({
        type: 'message_delta',
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: { output_tokens: tokens.completion, input_tokens: null },
      }),
      anthropicEvent({ type: 'message_stop' }),
    ],
  };
}

function isBlockOf(frame: string, index: number): boolean {
  return frame.includes(`"index":${index}`);
}

/** How the Messages API of Anthropic speaks. */
export const anthropicProtocol: WireProtocol = {
  provider: 'anthropic',
  createClient: createAnthropicClient,
  basePath: '',
  path: '/v1/messages',
  variables: { key: 'ANTHROPIC_API_KEY', address: 'ANTHROPIC_BASE_URL' },
  hasCallIds: true,
  finishes: ['stop', 'length', 'tool_calls', 'refusal'],
  sentKey: ({ authorization }) =>
    typeof authorization === 'string' ? authorization.replace('Bearer ', '') : undefined,
  sent: sentToAnthropic,
  reply: (reply) => jsonAnswer(messageOf(reply), { headers: { 'request-id': 'req_1' } }),
  streamHeaders: { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_1' },
  frames: anthropicFrames,
  withUnknown: ({ start: [first = '', ...others], end }) => ({
    start: [
      first,
      anthropicEvent({ type: 'weather_report', index: 0, text: 'rain' }),
      'data: {"type":"message_stop"}\n\n',
      ': a comment\n\n',
      ...blockFrames(9, { type: 'hologram', frames: [] }, [{ type: 'hologram_delta', light: 1 }]),
      ...others,
    ],
    end,
  }),
  withDuplicates: ({ start: [first = '', ...others], end: [delta = '', ...stops] }) => {
    const text = others.filter((frame) => isBlockOf(frame, 1));
    const calls = others.filter((frame) => isBlockOf(frame, 2));
    return { start: [first, first, ...others, ...text, ...calls, first], end: [delta, delta, ...stops, ...stops] };
  },
  refusal: ({ status, message, headers = {} }) => {
    const error = { type: errorTypes[status] ?? 'api_error', message };
    const body = { type: 'error', error, request_id: 'req_1' };
    return jsonAnswer(body, { status, headers: { 'request-id': 'req_1', ...headers } });
  },
  tooLong: () => {
    const error = { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' };
    return jsonAnswer({ type: 'error', error }, { status: 400 });
  },
  streamError: {
    frames: [anthropicEvent({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })],
    code: 'provider.overloaded',
  },
};
