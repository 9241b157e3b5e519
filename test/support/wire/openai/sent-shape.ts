import { z } from 'zod';
import type { JsonSchema } from '../../../../src/manifest/index.ts';

const Schema: z.ZodType<JsonSchema> = z.record(z.string(), z.json());

const ChatCall = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});

/** What may be sent to chat completions. Strict, as the server is. */
export const ChatBody = z.strictObject({
  model: z.string(),
  messages: z.array(
    z.discriminatedUnion('role', [
      z.strictObject({ role: z.literal('system'), content: z.string() }),
      z.strictObject({ role: z.literal('user'), content: z.string() }),
      z.strictObject({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        tool_calls: z.array(ChatCall).min(1).optional(),
      }),
      z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
    ]),
  ),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({ name: z.string().regex(/^[\w-]{1,64}$/u), strict: z.boolean(), schema: Schema }),
    })
    .optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string(),
          description: z.string(),
          parameters: Schema,
          strict: z.boolean(),
        }),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z.literal('none').optional(),
  temperature: z.number().optional(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  stream: z.boolean(),
  stream_options: z.strictObject({ include_usage: z.literal(true) }).optional(),
});

/** What may be sent to responses. */
export const ResponsesBody = z.strictObject({
  model: z.string(),
  store: z.literal(false),
  instructions: z.string().optional(),
  input: z.array(
    z.union([
      z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string() }),
      z.strictObject({
        type: z.literal('function_call'),
        call_id: z.string(),
        name: z.string(),
        arguments: z.string(),
      }),
      z.strictObject({ type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }),
    ]),
  ),
  text: z
    .strictObject({
      format: z.strictObject({
        type: z.literal('json_schema'),
        name: z.string().regex(/^[\w-]{1,64}$/u),
        strict: z.boolean(),
        schema: Schema,
      }),
    })
    .optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string(),
        parameters: Schema,
        strict: z.boolean(),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z.literal('none').optional(),
  temperature: z.number().optional(),
  max_output_tokens: z.number().optional(),
  stream: z.boolean(),
});
