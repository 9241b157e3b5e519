import type { Failure } from '../../errors/index.ts';
import type { ContextProfileSpec, ModelSpec, PriceSpec, SchemaReference, StoreName } from '../../manifest/index.ts';
import type {
  ContextPackage,
  ContextRequest,
  EventData,
  EventType,
  LLMClient,
  LLMResult,
  Prompt,
  SchemaValidator,
} from '../../services/index.ts';
import type { StoreTable } from '../memory-actor.ts';

/** A model under the name that manifests give it. */
export interface NamedModel {
  readonly alias: string;
  readonly spec: ModelSpec;
  readonly client: LLMClient;
}

/** An agent with everything looked up that it needs. */
export interface ReadyAgent {
  readonly id: string;
  readonly model: NamedModel;
  readonly renderPrompt: (variables: Readonly<Record<string, unknown>>) => string;
  /** Hash of the prompt's text: a part of the template version. */
  readonly promptHash: string;
  readonly profile?: { readonly name: string; readonly spec: ContextProfileSpec };
  readonly outputSchema?: SchemaReference;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly description?: string;
  /** Names of the tools that its tool plans may use. */
  readonly tools: readonly string[];
}

/** One attempt of an agent's stage. */
export interface AgentCall {
  readonly agent: ReadyAgent;
  readonly taskId: string;
  readonly stage: string;
  readonly attempt: number;
  readonly mode: string;
  readonly taskInput: unknown;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly stores: StoreTable;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** What one model call may come to, before it is made. */
export interface CallEstimate {
  readonly model: NamedModel;
  readonly promptTokens: number;
  /** Most tokens of the answer; absent when nothing bounds it. */
  readonly maxOutputTokens?: number;
}

/** Whether a call may be made. */
export type Admission =
  | {
      readonly kind: 'go';
      /** Less than was asked for when the budget has room for no more. */
      readonly maxOutputTokens?: number;
      /** To be called once, with what the call came to; with nothing when it came to nothing. */
      readonly settle: (usage?: AgentReply['usage']) => void;
    }
  /** The budget has room only for a cheaper model: the one of this alias. */
  | { readonly kind: 'degrade'; readonly alias: string }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** What a stage, its agent and its task may still spend. */
export interface CallBudget {
  admit(estimate: CallEstimate): Admission;
}

/** Reports a fact about the stage to telemetry. */
export type Tell = (
  event: { [Type in EventType]: { readonly type: Type; readonly data: EventData<Type> } }[EventType],
) => void;

/** The services that agents use, as the host provides them. */
export interface AgentServices {
  readonly validator: SchemaValidator;
  readonly assembleContext: (request: ContextRequest) => Promise<ContextPackage>;
  readonly hash: (text: string) => string;
  readonly estimateTokens: (text: string) => number;
  /** US dollars for a call; absent without a price. */
  readonly costOf: (result: LLMResult, price: PriceSpec | undefined) => number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Notes that the steps of an agent leave for each other. */
export interface AgentNotes {
  readonly context?: ContextPackage;
  readonly startedAt?: number;
  readonly prompt?: Prompt;
  readonly reply?: AgentReply;
  readonly output?: unknown;
}

export interface AgentReply {
  readonly text: string;
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly cached_tokens: number;
    readonly cost_usd?: number;
  };
}

export const storeNames = ['task_store', 'project_store', 'global_store'] as const satisfies readonly StoreName[];
