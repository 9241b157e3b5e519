import { z } from 'zod';
import { failureError } from '../../../errors/index.ts';
import { estimateTokens } from '../../tokens.ts';
import type { FinishReason, LLMResult, Prompt, ToolCall } from '../port.ts';
import { estimatePromptTokens } from '../tokens.ts';
import { cutFailure, garbledFailure } from './faults.ts';

const Call = z.object({ function: z.object({ name: z.string(), arguments: z.unknown() }) });

/** One line of an answer; what a model thinks (`thinking`) is no part of what it says. */
const AnswerPart = z.object({
  message: z.object({ content: z.string().nullish(), tool_calls: z.array(Call).nullish() }).nullish(),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.int().min(0).nullish(),
  eval_count: z.int().min(0).nullish(),
});
type AnswerPart = z.infer<typeof AnswerPart>;

export interface AnswerReader {
  /** The text of the next part. */
  take(part: unknown): string;
  readonly isDone: () => boolean;
  /** Throws when the answer is not whole. */
  result(): LLMResult;
}

/** Puts together the parts that a server sends. */
export function readAnswer(prompt: Prompt, model: string): AnswerReader {
  const callsBefore = prompt.messages.reduce((sum, message) => sum + callsOf(message), 0);
  const toolCalls: ToolCall[] = [];
  let text = '';
  let last: AnswerPart = {};
  let raw: unknown;
  return {
    take(part) {
      const read = AnswerPart.safeParse(part);
      if (!read.success) throw failureError(garbledFailure());
      last = read.data;
      raw = part;
      for (const { function: called } of last.message?.tool_calls ?? []) {
        // Servers give no ids, and other providers ask for ones that come once in a conversation.
        const id = `call_${callsBefore + toolCalls.length + 1}`;
        toolCalls.push({ id, tool: called.name, arguments: argumentsOf(called.arguments) });
      }
      const piece = last.message?.content ?? '';
      text += piece;
      return piece;
    },
    isDone: () => last.done === true,
    result() {
      if (last.done !== true) throw failureError(cutFailure());
      const promptTokens = last.prompt_eval_count ?? estimatePromptTokens(prompt);
      const completionTokens = last.eval_count ?? estimateTokens(text);
      return {
        text,
        toolCalls,
        raw,
        model,
        finishReason: finishOf(last, toolCalls),
        promptTokens,
        completionTokens,
        totalTokens: promptTokens + completionTokens,
        cachedTokens: 0,
      };
    },
  };
}

function callsOf(message: Prompt['messages'][number]): number {
  return message.role === 'assistant' ? (message.toolCalls?.length ?? 0) : 0;
}

function finishOf({ done_reason }: AnswerPart, toolCalls: readonly ToolCall[]): FinishReason {
  if (done_reason === 'length') return 'length';
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

/** Servers of other makers send a text, as OpenAI does. */
function argumentsOf(given: unknown): unknown {
  if (typeof given !== 'string') return given ?? {};
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
