import type { JsonSchema } from '../../manifest/index.ts';

export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface Prompt {
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly templateVersion: string;
  /** What the prompt was built from, for adapters that read structure instead of text. */
  readonly subject: PromptSubject;
}

export interface ContextText {
  readonly source: string;
  readonly text: string;
}

export interface PromptSubject {
  readonly agent: string;
  readonly stage: string;
  readonly taskInput: unknown;
  readonly input: unknown;
  readonly context: readonly ContextText[];
  /** Calls of this agent in this stage so far, from 0. */
  readonly call: number;
}

export interface GenerateOptions {
  readonly model: string;
  readonly outputSchema?: JsonSchema;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
}

export const finishReasons = ['stop', 'length', 'tool_calls', 'refusal', 'content_filter'] as const;
export type FinishReason = (typeof finishReasons)[number];

export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  readonly arguments: unknown;
}

export interface LLMResult {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** What the provider sent, for debugging. */
  readonly raw: unknown;
  readonly model: string;
  readonly finishReason: FinishReason;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly cachedTokens: number;
  /** US dollars; absent when no price is known. */
  readonly costEstimate?: number;
}

export interface LLMChunk {
  readonly text: string;
  /** On the last chunk, whose text is a part of the answer like any other. */
  readonly result?: LLMResult;
}

/** One model API. A failed call throws `failureError(…)`; no class of a provider escapes. */
export interface LLMClient {
  generate(prompt: Prompt, options: GenerateOptions): Promise<LLMResult>;
  stream(prompt: Prompt, options: GenerateOptions): AsyncIterable<LLMChunk>;
  countTokens(prompt: Prompt): number;
}
