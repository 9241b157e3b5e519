import type { Anthropic } from '@anthropic-ai/sdk';
import type { JsonSchema, ModelSpec } from '../../../manifest/index.ts';
import { isSchemaObject } from '../../json/schema-walk.ts';
import type { GenerateOptions, ModelTool, Prompt } from '../port.ts';
import { toMessages } from './messages.ts';
import { anthropicSchema } from './output-schema.ts';

/** The API wants to be told a limit. This many tokens each of its models can write. */
export const defaultMaxTokens = 8_192;

/** Beyond it an answer may take more than the five minutes that Node's fetch waits for headers: it has to be streamed. */
export const mostTokensUnstreamed = 10_000;

type Params = Omit<Anthropic.MessageCreateParamsStreaming, 'stream'>;

const cached = { cache_control: { type: 'ephemeral' } } as const;

/** The body of a request. Prompts are ordered so that what calls share comes first; here it is marked for the cache. */
export function requestBody(prompt: Prompt, options: GenerateOptions, spec: ModelSpec): Params {
  const { tools = [], outputSchema } = options;
  const format = outputSchema === undefined ? undefined : anthropicSchema(outputSchema);
  const messages = toMessages(prompt.messages);
  // Writing to the cache costs more than it saves unless the conversation goes on.
  if (tools.length > 0 || prompt.messages.length > 1) markLastBlock(messages);
  return {
    model: options.model,
    max_tokens: maxTokens(options, spec),
    messages,
    ...(prompt.system.trim() !== '' && { system: [{ type: 'text', text: prompt.system, ...cached }] }),
    ...(tools.length > 0 && { tools: tools.map((tool, index) => toTool(tool, index === tools.length - 1)) }),
    ...(tools.length > 0 && options.toolChoice === 'none' && { tool_choice: { type: 'none' } }),
    ...(format !== undefined && { output_config: { format: { type: 'json_schema', schema: format } } }),
  };
}

function maxTokens({ maxOutputTokens }: GenerateOptions, spec: ModelSpec): number {
  const asked = maxOutputTokens ?? spec.max_output_tokens;
  return asked ?? Math.min(defaultMaxTokens, spec.context_window ?? defaultMaxTokens);
}

function toTool({ name, description, inputSchema }: ModelTool, isLast: boolean): Anthropic.Tool {
  return { name, description, input_schema: toInputSchema(inputSchema), ...(isLast && cached) };
}

function toInputSchema(schema: JsonSchema): Anthropic.Tool.InputSchema {
  return isSchemaObject(schema) ? { ...schema, type: 'object' } : { type: 'object' };
}

function markLastBlock(messages: ReturnType<typeof toMessages>): void {
  const content = messages.at(-1)?.content ?? [];
  const last = content.pop();
  if (last !== undefined) content.push({ ...last, ...cached });
}
