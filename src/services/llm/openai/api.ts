import type OpenAI from 'openai';
import type { GenerateOptions, LLMChunk, LLMResult, Prompt } from '../port.ts';
import type { OpenaiSettings } from './settings.ts';

/** One call of one of the interfaces. */
export interface OpenaiCall {
  readonly client: OpenAI;
  readonly prompt: Prompt;
  readonly options: GenerateOptions;
  readonly settings: OpenaiSettings;
  /** Most tokens of the answer, if anything bounds it. */
  readonly maxOutputTokens: number | undefined;
}

/** One of the interfaces that the provider has for the same thing. What goes wrong is thrown as the library throws it. */
export interface OpenaiApi {
  generate(call: OpenaiCall): Promise<LLMResult>;
  stream(call: OpenaiCall): AsyncIterable<LLMChunk>;
}

export function requestOptions({ options }: OpenaiCall): {
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
} {
  return { signal: options.signal, headers: { 'Idempotency-Key': options.idempotencyKey } };
}
