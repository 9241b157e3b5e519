import { z } from 'zod';

const index = z.number();

/** What is used of the events of a stream. */
const events = {
  message_start: z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string(), usage: z.record(z.string(), z.unknown()) }),
  }),
  content_block_start: z.object({
    type: z.literal('content_block_start'),
    index,
    content_block: z.looseObject({ type: z.string() }),
  }),
  content_block_delta: z.object({
    type: z.literal('content_block_delta'),
    index,
    delta: z.union([
      z.object({ type: z.literal('text_delta'), text: z.string() }),
      z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
      z.object({ type: z.string().refine((type) => type !== 'text_delta' && type !== 'input_json_delta') }),
    ]),
  }),
  content_block_stop: z.object({ type: z.literal('content_block_stop'), index }),
  message_delta: z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: z.record(z.string(), z.unknown()).nullish(),
  }),
  message_stop: z.object({ type: z.literal('message_stop') }),
};

const Known = z.discriminatedUnion('type', [
  events.message_start,
  events.content_block_start,
  events.content_block_delta,
  events.content_block_stop,
  events.message_delta,
  events.message_stop,
]);
export type StreamEvent = z.infer<typeof Known>;
export type BlockDelta = z.infer<typeof events.content_block_delta>['delta'];

/** Nothing for events that later versions send. Throws a ZodError for a known one of another shape. */
export function readEvent(sent: unknown): StreamEvent | undefined {
  const { type } = z.object({ type: z.string() }).parse(sent);
  return Object.hasOwn(events, type) ? Known.parse(sent) : undefined;
}
