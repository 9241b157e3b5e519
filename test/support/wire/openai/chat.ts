import type { z } from 'zod';
import type { ToolCall } from '../../../../src/services/llm/index.ts';
import { jsonAnswer } from '../answer.ts';
import type { SentRequest, SentTurn, WireFrames, WireProtocol, WireReply } from '../protocol.ts';
import { ChatBody } from './sent-shape.ts';
import { betweenAll, clientWith, defaultTokens, openaiBasics } from './shared.ts';

/** `POST /v1/chat/completions`, as OpenAI and the servers that speak like it have it. */
export const openaiChat: WireProtocol = {
  ...openaiBasics,
  createClient: clientWith('chat'),
  path: '/v1/chat/completions',
  sent: sentRequest,
  reply: (reply) =>
    jsonAnswer({
      ...head('chat.completion'),
      choices: [{ index: 0, finish_reason: finishOf(reply), logprobs: null, message: messageOf(reply) }],
      usage: usageOf(reply),
    }),
  frames,
  withUnknown: (all) => betweenAll(all, `: keep-alive\n\ndata: {"object":"server.notice","notice":"busy"}\n\n`),
  streamError: {
    frames: [frame({ error: { message: 'The server had an error.', type: 'server_error', code: null } })],
    code: 'provider.overloaded',
  },
};

/** A piece of a stream with one choice. */
export function chatFrame(delta: unknown, finish: string | null = null): string {
  return frame({ ...head('chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] });
}

export const doneFrame = 'data: [DONE]\n\n';

function frames(reply: WireReply): WireFrames {
  const key = reply.finish === 'refusal' ? 'refusal' : 'content';
  const calls = (reply.toolCalls ?? []).flatMap((call, index) => callFrames(call, index));
  return {
    start: [
      chatFrame({ role: 'assistant', content: '' }),
      ...reply.texts.map((text) => chatFrame({ [key]: text })),
      ...calls,
    ],
    end: [
      chatFrame({}, finishOf(reply)),
      frame({ ...head('chat.completion.chunk'), choices: [], usage: usageOf(reply) }),
      doneFrame,
    ],
  };
}

/** Id and name once, then the arguments in two pieces. */
function callFrames({ id, tool, arguments: given }: ToolCall, index: number): string[] {
  const text = JSON.stringify(given);
  const piece = (part: string): string => chatFrame({ tool_calls: [{ index, function: { arguments: part } }] });
  return [
    chatFrame({ tool_calls: [{ index, id, type: 'function', function: { name: tool, arguments: '' } }] }),
    piece(text.slice(0, 1)),
    piece(text.slice(1)),
  ];
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function head(object: string): { id: string; object: string; created: number; model: string } {
  return { id: 'chatcmpl-1', object, created: 1, model: 'test-model' };
}

function messageOf({ texts, toolCalls = [], finish }: WireReply): unknown {
  const text = texts.join('');
  const calls = toolCalls.map(({ id, tool, arguments: given }) => ({
    id,
    type: 'function',
    function: { name: tool, arguments: JSON.stringify(given) },
  }));
  const said = finish === 'refusal' ? { content: null, refusal: text } : { content: text, refusal: null };
  return { role: 'assistant', ...said, ...(calls.length > 0 && { tool_calls: calls }) };
}

function finishOf({ finish, toolCalls = [] }: WireReply): string {
  if (finish === 'refusal') return 'stop';
  return finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop');
}

function usageOf({ tokens = defaultTokens }: WireReply): unknown {
  const { prompt, cached, completion } = tokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

function sentRequest(body: unknown): SentRequest {
  const sent = ChatBody.parse(body);
  const [first, ...others] = sent.messages;
  const isSystem = first?.role === 'system';
  const most = sent.max_tokens ?? sent.max_completion_tokens;
  return {
    model: sent.model,
    isStream: sent.stream,
    system: isSystem ? first.content : '',
    turns: (isSystem ? others : sent.messages).map(turnOf),
    ...(sent.response_format && { schema: sent.response_format.json_schema.schema }),
    ...(sent.tools && {
      tools: sent.tools.map(({ function: { name, description, parameters } }) => ({
        name,
        description,
        inputSchema: parameters,
      })),
    }),
    ...(most !== undefined && { maxOutputTokens: most }),
  };
}

function turnOf(message: z.infer<typeof ChatBody>['messages'][number]): SentTurn {
  switch (message.role) {
    case 'system':
      throw new Error('A second system message was sent.');
    case 'user':
      return { role: 'user', text: message.content };
    case 'tool':
      return { role: 'tool', text: message.content, callId: message.tool_call_id };
    case 'assistant': {
      const calls = message.tool_calls?.map(({ id, function: { name, arguments: text } }) => {
        const given: unknown = JSON.parse(text);
        return { id, tool: name, arguments: given };
      });
      return { role: 'assistant', text: message.content ?? '', ...(calls && { calls }) };
    }
  }
}
