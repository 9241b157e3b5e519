import type { Anthropic } from '@anthropic-ai/sdk';
import type { PromptMessage, ToolCall } from '../port.ts';

type Block = Anthropic.TextBlockParam | Anthropic.ToolUseBlockParam | Anthropic.ToolResultBlockParam;

export interface MessageOfBlocks {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

/** The conversation as the API takes it: what tools answered is said by the user, all of a turn in one message. */
export function toMessages(messages: readonly PromptMessage[]): MessageOfBlocks[] {
  const sent: MessageOfBlocks[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = blocksOf(message);
    const last = sent.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else if (blocks.length > 0) sent.push({ role, content: blocks });
  }
  return sent;
}

function blocksOf(message: PromptMessage): Block[] {
  if (message.role === 'user') return textBlocks(message.content);
  if (message.role === 'assistant')
    return [...textBlocks(message.content), ...(message.toolCalls ?? []).map((call) => toolUse(call))];
  const { callId, content, isError } = message;
  const failed = isError === undefined ? {} : { is_error: isError };
  return [{ type: 'tool_result', tool_use_id: callId, content, ...failed }];
}

/** The API refuses blocks without a word in them. */
function textBlocks(text: string): Anthropic.TextBlockParam[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function toolUse({ id, tool, arguments: given }: ToolCall): Anthropic.ToolUseBlockParam {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return { type: 'tool_use', id, name: tool, input: isObject ? given : { arguments: given } };
}
