import { z } from 'zod';

/** What is left out is the same as nothing. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const Other = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }));

const Part = z.union([
  z.object({ type: z.literal('output_text'), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  Other,
]);

/** What a model put out; reasoning and whatever comes in later versions is passed over. */
const Item = z.union([
  z.object({ type: z.literal('message'), content: z.array(Part) }),
  z.object({ type: z.literal('function_call'), call_id: Text, name: z.string(), arguments: Text }),
  Other,
]);

const Usage = z
  .object({
    input_tokens: z.number(),
    output_tokens: z.number(),
    input_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
  })
  .nullish()
  .transform((usage) =>
    usage
      ? {
          prompt: usage.input_tokens,
          completion: usage.output_tokens,
          cached: usage.input_tokens_details?.cached_tokens ?? 0,
        }
      : undefined,
  );

/** What of a response is used. */
export const ResponsesReply = z.object({
  model: Text,
  status: z.string(),
  error: z.object({ code: Text, message: Text }).nullish(),
  incomplete_details: z.object({ reason: Text }).nullish(),
  output: z.array(Item),
  usage: Usage,
});
export type ResponsesReply = z.infer<typeof ResponsesReply>;

/** What of any event is used. */
export const AnyEvent = z.object({ type: z.string(), sequence_number: z.number().optional() });
export const DeltaEvent = z.object({ delta: z.string() });
export const ItemEvent = z.object({ item: z.unknown() });
export const EndEvent = z.object({ response: z.record(z.string(), z.unknown()) });
