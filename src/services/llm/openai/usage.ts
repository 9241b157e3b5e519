import { estimateTokens } from '../../tokens.ts';
import type { LLMResult, Prompt } from '../port.ts';
import { estimatePromptTokens } from '../tokens.ts';
import { writeArguments } from './tool-arguments.ts';

/** What a server counted. */
export interface Counted {
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
}

type Tokens = Pick<LLMResult, 'promptTokens' | 'completionTokens' | 'totalTokens' | 'cachedTokens'>;

/** Estimates where the server does not count. */
export function tokensOf(
  counted: Counted | undefined,
  prompt: Prompt,
  said: Pick<LLMResult, 'text' | 'toolCalls'>,
): Tokens {
  const {
    prompt: promptTokens,
    completion: completionTokens,
    cached: cachedTokens,
  } = counted ?? estimate(prompt, said);
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, cachedTokens };
}

function estimate(prompt: Prompt, { text, toolCalls }: Pick<LLMResult, 'text' | 'toolCalls'>): Counted {
  const written = [text, ...toolCalls.flatMap((call) => [call.tool, writeArguments(call)])].join('');
  return { prompt: estimatePromptTokens(prompt), completion: estimateTokens(written), cached: 0 };
}
