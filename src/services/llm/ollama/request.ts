import type { ChatRequest, Message, Tool } from 'ollama';
import { z } from 'zod';
import type { ModelSpec } from '../../../manifest/index.ts';
import type { GenerateOptions, ModelTool, Prompt, PromptMessage } from '../port.ts';

/** An object of any shape: the SDK's own types know only some of the words that a schema may use. */
const Parameters = z.custom<NonNullable<Tool['function']['parameters']>>(isObject);

export function chatRequest(
  prompt: Prompt,
  options: GenerateOptions,
  spec: Pick<ModelSpec, 'context_window' | 'max_output_tokens'>,
): ChatRequest & { readonly stream: true } {
  const { outputSchema, temperature, maxOutputTokens = spec.max_output_tokens } = options;
  const system = prompt.system === '' ? [] : [{ role: 'system', content: prompt.system }];
  // There is no word for "call none": tools that are not to be called are not shown.
  const tools = options.toolChoice === 'none' ? [] : (options.tools ?? []);
  // A format binds every token, those of a call too: servers that are given both never call a tool.
  const format = tools.length === 0 && isObject(outputSchema) ? outputSchema : undefined;
  return {
    model: options.model,
    messages: [...system, ...prompt.messages.map(messageOf)],
    stream: true,
    ...(format !== undefined && { format }),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    options: {
      ...(temperature !== undefined && { temperature }),
      ...(maxOutputTokens !== undefined && { num_predict: maxOutputTokens }),
      // Without it a server takes a few thousand tokens, and cuts off what is longer without a word.
      ...(spec.context_window !== undefined && { num_ctx: spec.context_window }),
    },
  };
}

function messageOf(message: PromptMessage): Message {
  const { role, content } = message;
  if (role === 'tool') return { role, content, tool_name: message.tool };
  if (role === 'user' || message.toolCalls === undefined) return { role, content };
  const calls = message.toolCalls.map(({ tool, arguments: given }) => ({
    // Servers take objects alone; a text is what another model wrote that was no JSON.
    function: { name: tool, arguments: isObject(given) ? { ...given } : { text: given } },
  }));
  return { role, content, tool_calls: calls };
}

function toolOf({ name, description, inputSchema }: ModelTool): Tool {
  return { type: 'function', function: { name, description, parameters: Parameters.parse(inputSchema) } };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
