import type { Failure } from '../../errors/index.ts';
import type { AttemptState, PromptMessage, ToolPlanStep } from '../../services/index.ts';

/** How far an agent has come with its model. Plain JSON. */
export interface Talk {
  /** What was said after the prompt. */
  readonly messages: readonly PromptMessage[];
  /** Model calls so far, in this conversation. */
  readonly calls: number;
  /** Tool plans that were carried out. */
  readonly cycles: number;
  /** Place of the model in the list of the agent; 0 is the one that is asked first. */
  readonly modelAt: number;
  /** How often answers were refused, and what was done about it. */
  readonly attempt: AttemptState;
  /** How many messages stood there when the first answer was refused: another model begins behind them. */
  readonly sound?: number;
  /** What the model wants done next. */
  readonly act?: Act;
  /** Calls of tools that would tell nothing new: those since something was changed. */
  readonly made: readonly string[];
}

export interface Act {
  readonly steps: readonly ToolPlanStep[];
  /** Ids of the provider for the steps, in their order; absent for a plan that was written as text. */
  readonly callIds?: readonly string[];
  /** Why a plan that was written as text cannot be carried out; it has no steps then. */
  readonly problem?: Failure;
  /** The answer was cut off, so that what it asks for may not be whole. */
  readonly isCutOff: boolean;
}

export const newTalk: Talk = {
  messages: [],
  calls: 0,
  cycles: 0,
  modelAt: 0,
  attempt: { attempt: 1, strategy: 'first', model: 0 },
  made: [],
};

/** The same conversation for a model that is not given the tools themselves. */
export function asPlainText(messages: readonly PromptMessage[]): readonly PromptMessage[] {
  return messages.map((message) => {
    if (message.role === 'user') return message;
    if (message.role === 'tool') {
      const { callId, tool, content, isError } = message;
      return {
        role: 'user',
        content: `The call ${callId} of "${tool}" ${isError === true ? 'failed' : 'succeeded'}:\n${content}`,
      };
    }
    const { content, toolCalls = [] } = message;
    if (toolCalls.length === 0) return { role: 'assistant', content };
    const steps = toolCalls.map(({ id, tool, arguments: given }) => ({ id, tool, arguments: given }));
    return {
      role: 'assistant',
      content: [content, JSON.stringify({ steps })].filter((part) => part !== '').join('\n\n'),
    };
  });
}
