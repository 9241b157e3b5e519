import type { JsonSchema } from '../../manifest/index.ts';

/** One turn of the conversation. What tools answered stands behind the assistant's message that called them. */
export type PromptMessage =
  | { readonly role: 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly tool: string;
      readonly content: string;
      /** The call failed, and the content says why. */
      readonly isError?: true;
    };

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
  /** For a child task, which one of its task it is: `loop.2`. Absent for a task of its own. */
  readonly lineage?: string;
}

/** A tool as a model sees it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** Schema of its arguments: that of an object. */
  readonly inputSchema: JsonSchema;
}

export interface GenerateOptions {
  /** Name of the model at the provider. */
  readonly model: string;
  /** Asked of the provider natively where it can do that. The answer is checked against it all the same. */
  readonly outputSchema?: JsonSchema;
  /** Given only to clients that take tools. */
  readonly tools?: readonly ModelTool[];
  /** `none`: the tools are shown, since the conversation uses them, and may not be called any more. Default: auto. */
  readonly toolChoice?: 'auto' | 'none';
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  /** Called for everything that comes from the provider, also what makes no chunk: signs of life. */
  readonly onBytes?: () => void;
}

export const finishReasons = ['stop', 'length', 'tool_calls', 'refusal', 'content_filter'] as const;
export type FinishReason = (typeof finishReasons)[number];

export interface ToolCall {
  /** As the provider gave it; one of our own where it gives none. */
  readonly id: string;
  readonly tool: string;
  /** An object, or the text that the model wrote where that is no JSON: it is read and checked like any answer. */
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
  /** Empty for a sign of life, as while the model thinks or writes a tool call. */
  readonly text: string;
  /** On the last chunk, whose text is a part of the answer like any other. */
  readonly result?: LLMResult;
}

/**
 * One model API. A failed call throws `failureError(…)` with a kind of category `provider`, or `cancelled.task` once the
 * signal fires; no class of a provider escapes. A stream that ends without its end marker is a failed call.
 */
export interface LLMClient {
  /** Whether the provider takes tools itself. Else the prompt asks for a tool plan. */
  readonly takesTools: boolean;
  generate(prompt: Prompt, options: GenerateOptions): Promise<LLMResult>;
  stream(prompt: Prompt, options: GenerateOptions): AsyncIterable<LLMChunk>;
  countTokens(prompt: Prompt): number;
}
