import type { ResponseCreateParams, ResponseInputItem, Tool } from 'openai/resources/responses/responses';
import type { ModelTool, PromptMessage } from '../../port.ts';
import type { OpenaiCall } from '../api.ts';
import { answerFormat, toolParameters } from '../native-schemas.ts';
import { toolOutput, writeArguments } from '../tool-arguments.ts';

type ResponsesRequest = Omit<ResponseCreateParams, 'stream'>;

export function responsesRequest({ prompt, options, maxOutputTokens }: OpenaiCall): ResponsesRequest {
  const { model, outputSchema, tools = [], toolChoice, temperature } = options;
  const format = answerFormat(outputSchema);
  return {
    model,
    store: false, // the conversation is kept here, and nowhere else
    ...(prompt.system !== '' && { instructions: prompt.system }),
    input: prompt.messages.flatMap(inputItems),
    ...(format !== undefined && { text: { format: { type: 'json_schema', ...format } } }),
    ...(tools.length > 0 && { tools: tools.map(responsesTool) }),
    ...(tools.length > 0 && toolChoice === 'none' && { tool_choice: 'none' }),
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
  };
}

function inputItems(message: PromptMessage): ResponseInputItem[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.content }];
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.callId, output: toolOutput(message) }];
    case 'assistant': {
      const { content, toolCalls = [] } = message;
      const calls = toolCalls.map((call): ResponseInputItem => ({
        type: 'function_call',
        call_id: call.id,
        name: call.tool,
        arguments: writeArguments(call),
      }));
      return content === '' && calls.length > 0 ? calls : [{ role: 'assistant', content }, ...calls];
    }
  }
}

function responsesTool(tool: ModelTool): Tool {
  const { strict, schema } = toolParameters(tool);
  const { name, description } = tool;
  return { type: 'function', name, description, parameters: schema, strict };
}
