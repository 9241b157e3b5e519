import { z } from 'zod';
import type { FinishReason, LLMResult } from '../port.ts';

export const Usage = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});

const TextBlock = z.object({ type: z.literal('text'), text: z.string() });
const ToolUseBlock = z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() });
/** Thoughts, and what later versions send. */
const OtherBlock = z.object({ type: z.string().refine((type) => type !== 'text' && type !== 'tool_use') });

export const Block = z.union([TextBlock, ToolUseBlock, OtherBlock]);
export type Block = z.infer<typeof Block>;

/** What is used of an answer of the API. */
export const Reply = z.object({
  model: z.string(),
  content: z.array(Block),
  stop_reason: z.string(),
  usage: Usage,
});
export type Reply = z.infer<typeof Reply>;

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'refusal'],
]);

/** `raw` is the answer with all that was sent. */
export function resultOf({ model, content, stop_reason, usage }: Reply, raw: unknown): LLMResult {
  const cachedTokens = usage.cache_read_input_tokens ?? 0;
  const promptTokens = usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + cachedTokens;
  return {
    text: content.map((block) => ('text' in block ? block.text : '')).join(''),
    toolCalls: content.flatMap((block) =>
      'name' in block ? [{ id: block.id, tool: block.name, arguments: block.input }] : [],
    ),
    raw,
    model,
    finishReason: finishReasons.get(stop_reason) ?? 'stop',
    promptTokens,
    completionTokens: usage.output_tokens,
    totalTokens: promptTokens + usage.output_tokens,
    cachedTokens,
  };
}
