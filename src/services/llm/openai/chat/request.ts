import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import type { ModelTool, Prompt, PromptMessage, ToolCall } from '../../port.ts';
import type { OpenaiCall } from '../api.ts';
import { answerFormat, toolParameters } from '../native-schemas.ts';
import { toolOutput, writeArguments } from '../tool-arguments.ts';

type ChatRequest = Omit<ChatCompletionCreateParams, 'stream' | 'stream_options'>;

export function chatRequest({ prompt, options, settings, maxOutputTokens }: OpenaiCall): ChatRequest {
  const { model, outputSchema, tools = [], toolChoice, temperature } = options;
  const format = answerFormat(outputSchema);
  return {
    model,
    messages: messagesOf(prompt),
    ...(format !== undefined && { response_format: { type: 'json_schema', json_schema: format } }),
    ...(tools.length > 0 && { tools: tools.map(chatTool) }),
    ...(tools.length > 0 && toolChoice === 'none' && { tool_choice: 'none' }),
    ...(temperature !== undefined && { temperature }),
    // The new name is unknown to many servers that speak like OpenAI, the old one is refused by models of OpenAI that reason.
    ...(maxOutputTokens !== undefined &&
      (settings.isOpenai ? { max_completion_tokens: maxOutputTokens } : { max_tokens: maxOutputTokens })),
  };
}

function messagesOf({ system, messages }: Prompt): ChatCompletionMessageParam[] {
  const spoken = messages.map(chatMessage);
  return system === '' ? spoken : [{ role: 'system', content: system }, ...spoken];
}

function chatMessage(message: PromptMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: toolOutput(message) };
    case 'assistant': {
      const { content, toolCalls = [] } = message;
      if (toolCalls.length === 0) return { role: 'assistant', content };
      return { role: 'assistant', content: content === '' ? null : content, tool_calls: toolCalls.map(chatCall) };
    }
  }
}

function chatCall(call: ToolCall): { id: string; type: 'function'; function: { name: string; arguments: string } } {
  return { id: call.id, type: 'function', function: { name: call.tool, arguments: writeArguments(call) } };
}

function chatTool(tool: ModelTool): ChatCompletionTool {
  const { strict, schema } = toolParameters(tool);
  const { name, description } = tool;
  return { type: 'function', function: { name, description, parameters: schema, strict } };
}
