import type { ContextPackage, FinishReason, ToolCall } from '../../services/index.ts';
import type { Failure } from '../../errors/index.ts';

/** What one call of a model came to. */
export interface CallUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
  /** US dollars; absent when no price is known. */
  readonly cost_usd?: number;
}

/** What a model answered: plain JSON, as it is kept. */
export interface ModelAnswer {
  /** Alias of the model. */
  readonly model: string;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  readonly usage: CallUsage;
}

/** A model call that failed, after which another model was asked. */
export interface FailedAnswer {
  readonly model: string;
  readonly failure: Failure;
  /** There when the model answered, and the answer says that it is none. */
  readonly usage?: CallUsage;
}

/** What a call is taken to have come to that gave no answer, after the provider had begun one: an estimate. */
export interface LostAnswer {
  readonly model: string;
  readonly isLost: true;
  readonly usage: CallUsage;
}

/** What a model was shown of the memory, as it is kept. */
export interface SavedContext {
  /** Name of the context profile. */
  readonly profile: string;
  readonly package: ContextPackage;
}

/**
 * What models and tools have answered to a stage, and what they were shown. An answer is durable before anything is made of it, so that a stage
 * that is taken up again, or tried again after a provider failed, asks nothing twice.
 */
/** Why a call of a tool was not made. */
export interface Refusal {
  /** As the model wrote it; absent for a plan that could not be read. */
  readonly tool?: string;
  readonly failure: Failure;
}

export interface CallLog {
  /** What the model of this alias is shown. */
  context(alias: string): SavedContext | undefined;
  /** Durable when it returns: a stage that is taken up again shows the same, whatever has become of the memory. */
  saveContext(alias: string, context: SavedContext): void;
  /** The answer to the model call of this number, counted from 1. */
  answer(number: number): ModelAnswer | FailedAnswer | undefined;
  /** Durable when it returns. Throws STORE_UNWRITABLE. */
  saveAnswer(number: number, answer: ModelAnswer | FailedAnswer): void;
  /** The call of this number gave no answer, and the provider had begun one. */
  saveLost(number: number, lost: LostAnswer): void;
  /** A call of a tool was not made, by its place: "1/s2" is step s2 of the first answer that acts. Kept once. */
  saveRefusal(place: string, refusal: Refusal): void;
  /** The call at work, should the attempt be stopped meanwhile: its number, and what it has come to so far. */
  watch(call: { readonly number: number; readonly soFar: () => LostAnswer | undefined } | undefined): void;
  /** What the model calls came to that no attempt before has reported. */
  usage(): CallUsage;
  /** Model calls of the whole stage that are over, in all attempts. */
  readonly callCount: number;
}
