import type { FinishReason, LLMResult } from '../../port.ts';
import type { OpenaiCall } from '../api.ts';
import { readToolCalls } from '../tool-calls.ts';
import { tokensOf } from '../usage.ts';
import type { ChatReply } from './schema.ts';

const cutReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['length', 'length'],
  ['content_filter', 'content_filter'],
]);

export function chatResult(
  { model, choices, usage }: ChatReply,
  { prompt, options }: OpenaiCall,
): Omit<LLMResult, 'raw'> {
  const [{ message, finish_reason: finish }] = choices;
  const written = (message.tool_calls ?? []).map(({ id, function: { name, arguments: text } }) => ({
    id,
    name,
    arguments: text,
  }));
  const said = { text: message.content + message.refusal, toolCalls: readToolCalls(written, prompt) };
  return {
    ...said,
    model: model === '' ? options.model : model,
    finishReason: cutReasons.get(finish) ?? wholeReason(message),
    ...tokensOf(usage, prompt, said),
  };
}

/** Told from what is there: some servers say "stop" beside tool calls, or have a word of their own. */
function wholeReason({ refusal, tool_calls: calls }: ChatReply['choices'][0]['message']): FinishReason {
  if (refusal !== '') return 'refusal';
  return (calls ?? []).length > 0 ? 'tool_calls' : 'stop';
}
