import { meantCalls, plainIds, plainNames, type PlainNames } from './plain-names.ts';
import type { GenerateOptions, LLMClient, LLMResult, ModelTool, Prompt, PromptMessage, ToolCall } from './port.ts';

/**
 * The client, asked in a way that no provider refuses. What a model once called goes on being said in each further request:
 * a name that cannot be, an id that came twice or half a character would end the conversation.
 */
export function askPlainly(client: LLMClient): LLMClient {
  return {
    takesTools: client.takesTools,
    countTokens: (prompt) => client.countTokens(prompt),
    generate: async (prompt, options) => {
      const names = plainNames(prompt, options);
      return meantResult(await client.generate(plainPrompt(prompt, names), plainOptions(options, names)), names);
    },
    stream: async function* stream(prompt, options) {
      const names = plainNames(prompt, options);
      for await (const chunk of client.stream(plainPrompt(prompt, names), plainOptions(options, names)))
        yield chunk.result === undefined ? chunk : { ...chunk, result: meantResult(chunk.result, names) };
    },
  };
}

function meantResult(result: LLMResult, names: PlainNames): LLMResult {
  return { ...result, toolCalls: meantCalls(result.toolCalls, names) };
}

function plainOptions(options: GenerateOptions, { sent }: PlainNames): GenerateOptions {
  const { tools } = options;
  if (tools === undefined) return options;
  const plainTool = ({ name, description, ...tool }: ModelTool): ModelTool => ({
    ...tool,
    name: sent(name),
    description: description.toWellFormed(),
  });
  return { ...options, tools: tools.map(plainTool) };
}

function plainPrompt({ system, messages, ...prompt }: Prompt, names: PlainNames): Prompt {
  const newId = plainIds();
  /** Calls that were made under an id and are not answered yet, in their order. */
  const open = new Map<string, string[]>();
  const plainCall = ({ id, tool, arguments: given }: ToolCall): ToolCall => {
    const sentId = newId(id);
    open.set(id, [...(open.get(id) ?? []), sentId]);
    return { id: sentId, tool: names.sent(tool), arguments: wellFormed(given) };
  };
  const plainMessage = (message: PromptMessage): PromptMessage => {
    const content = message.content.toWellFormed();
    if (message.role === 'user') return { ...message, content };
    if (message.role === 'tool') {
      const callId = open.get(message.callId)?.shift() ?? message.callId;
      return { ...message, callId, tool: names.sent(message.tool), content };
    }
    if (message.toolCalls === undefined) return { ...message, content };
    return { ...message, content, toolCalls: message.toolCalls.map(plainCall) };
  };
  return { ...prompt, system: system.toWellFormed(), messages: messages.map(plainMessage) };
}

/** Half characters are no text: JSON that has them is refused. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toWellFormed(), wellFormed(part)]));
}
