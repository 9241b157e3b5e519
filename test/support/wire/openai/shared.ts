import { createOpenaiClient } from '../../../../src/services/llm/openai/client.ts';
import { jsonAnswer, type BodyAnswer } from '../answer.ts';
import type { WireFrames, WireProtocol, WireRefusal } from '../protocol.ts';

export const defaultTokens = { prompt: 11, cached: 0, completion: 7 };

/** What both interfaces have in common. */
export const openaiBasics = {
  provider: 'openai',
  basePath: '/v1',
  variables: { key: 'OPENAI_API_KEY', address: 'OPENAI_BASE_URL' },
  isKeyOptional: true,
  hasCallIds: true,
  finishes: ['stop', 'length', 'tool_calls', 'refusal', 'content_filter'],
  sentKey: ({ authorization }) => String(authorization).replace(/^Bearer /u, ''),
  streamHeaders: { 'content-type': 'text/event-stream; charset=utf-8' },
  refusal: openaiRefusal,
  tooLong: () => openaiRefusal({ status: 400, message: 'Your input is too long.', code: 'context_length_exceeded' }),
} satisfies Partial<WireProtocol>;

/** A client that speaks one of the interfaces, whatever the rest says. */
export function clientWith(api: 'chat' | 'responses'): WireProtocol['createClient'] {
  return (options) => createOpenaiClient({ ...options, spec: { api, ...options.spec } });
}

export interface OpenaiRefusal extends WireRefusal {
  readonly code?: string;
}

export function openaiRefusal({ status, message, headers = {}, code }: OpenaiRefusal): BodyAnswer {
  const error = { message, type: 'invalid_request_error', param: null, code: code ?? null };
  return jsonAnswer({ error }, { status, headers });
}

export function betweenAll({ start, end }: WireFrames, frame: string): WireFrames {
  return { start: start.flatMap((each) => [frame, each]), end: end.flatMap((each) => [frame, each]) };
}
