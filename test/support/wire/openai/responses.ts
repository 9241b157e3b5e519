import type { z } from 'zod';
import { jsonAnswer } from '../answer.ts';
import type { SentRequest, SentTurn, WireFrames, WireProtocol, WireReply } from '../protocol.ts';
import { ResponsesBody } from './sent-shape.ts';
import { betweenAll, clientWith, defaultTokens, openaiBasics } from './shared.ts';

/** `POST /v1/responses`. */
export const openaiResponses: WireProtocol = {
  ...openaiBasics,
  createClient: clientWith('responses'),
  path: '/v1/responses',
  sent: sentRequest,
  reply: (reply) => jsonAnswer(responseOf(reply)),
  frames: (reply) => numbered(eventsOf(reply)),
  withUnknown: (all) => betweenAll(all, eventFrame({ type: 'response.mood.delta', delta: 'bright' })),
  withDuplicates: ({ start, end }) => ({
    start: start.flatMap((each) => [each, each]),
    end: end.flatMap((each) => [each, each]),
  }),
  streamError: {
    frames: [eventFrame({ type: 'error', code: 'server_error', message: 'The server had an error.', param: null })],
    code: 'provider.overloaded',
  },
};

/** One event with its name in front. */
export function eventFrame(event: { readonly type: string; readonly [key: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function responseOf(reply: WireReply, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { prompt, cached, completion } = reply.tokens ?? defaultTokens;
  const cut = { length: 'max_output_tokens', content_filter: 'content_filter' }[String(reply.finish)];
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model: 'test-model',
    status: cut === undefined ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: cut === undefined ? null : { reason: cut },
    output: outputOf(reply),
    usage: {
      input_tokens: prompt,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: completion,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: prompt + completion,
    },
    ...changes,
  };
}

function outputOf({ texts, toolCalls = [], finish }: WireReply): unknown[] {
  const text = texts.join('');
  const part =
    finish === 'refusal' ? { type: 'refusal', refusal: text } : { type: 'output_text', text, annotations: [] };
  return [
    { id: 'rs_1', type: 'reasoning', summary: [] },
    { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] },
    ...toolCalls.map(({ id, tool, arguments: given }) => ({
      id: `fc_${id}`,
      type: 'function_call',
      call_id: id,
      name: tool,
      arguments: JSON.stringify(given),
      status: 'completed',
    })),
  ];
}

type Event = Parameters<typeof eventFrame>[0];

function eventsOf(reply: WireReply): { start: Event[]; end: Event[] } {
  const { texts, finish } = reply;
  const empty = responseOf({ texts: [] }, { status: 'in_progress', output: [], usage: null });
  const delta = finish === 'refusal' ? 'response.refusal.delta' : 'response.output_text.delta';
  const isCut = finish === 'length' || finish === 'content_filter';
  return {
    start: [
      { type: 'response.created', response: empty },
      { type: 'response.in_progress', response: empty },
      {
        type: 'response.content_part.added',
        item_id: 'msg_1',
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      },
      ...texts.map((text) => ({ type: delta, item_id: 'msg_1', content_index: 0, delta: text })),
      ...outputOf(reply).map((item, index) => ({ type: 'response.output_item.done', output_index: index, item })),
    ],
    end: [{ type: isCut ? 'response.incomplete' : 'response.completed', response: responseOf(reply) }],
  };
}

function numbered({ start, end }: { start: readonly Event[]; end: readonly Event[] }): WireFrames {
  const framed = [...start, ...end].map((event, index) => eventFrame(Object.assign(event, { sequence_number: index })));
  return { start: framed.slice(0, start.length), end: framed.slice(start.length) };
}

function sentRequest(body: unknown): SentRequest {
  const sent = ResponsesBody.parse(body);
  return {
    model: sent.model,
    isStream: sent.stream,
    system: sent.instructions ?? '',
    turns: turnsOf(sent.input),
    ...(sent.text && { schema: sent.text.format.schema }),
    ...(sent.tools && {
      tools: sent.tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })),
    }),
    ...(sent.max_output_tokens !== undefined && { maxOutputTokens: sent.max_output_tokens }),
  };
}

/** Calls stand as items of their own behind what was said with them. */
function turnsOf(input: z.infer<typeof ResponsesBody>['input']): SentTurn[] {
  const turns: SentTurn[] = [];
  for (const item of input) {
    if ('role' in item) turns.push({ role: item.role, text: item.content });
    else if (item.type === 'function_call_output')
      turns.push({ role: 'tool', text: item.output, callId: item.call_id });
    else {
      const given: unknown = JSON.parse(item.arguments);
      const call = { id: item.call_id, tool: item.name, arguments: given };
      const last = turns.at(-1);
      const isSame = last?.role === 'assistant';
      if (isSame) turns.pop();
      turns.push({
        role: 'assistant',
        text: isSame ? last.text : '',
        calls: [...(isSame ? (last.calls ?? []) : []), call],
      });
    }
  }
  return turns;
}
