import type { Failure } from '../../errors/index.ts';
import type {
  ContextProfileSpec,
  PermissionsSpec,
  PriceSpec,
  SchemaReference,
  StoreName,
  Verbosity,
} from '../../manifest/index.ts';
import type {
  AttemptPolicy,
  AttemptState,
  ContextPackage,
  ContextRequest,
  CountTokens,
  EventData,
  EventType,
  ModelTool,
  NextAttempt,
  Prompt,
  Refused,
  SchemaValidator,
  TokenUsage,
  ToolPlanStep,
} from '../../services/index.ts';
import type { StoreTable } from '../memory-actor.ts';
import type { CallBudget } from './budget.ts';
import type { CallLog } from './call-log.ts';
import type { AgentHooks } from './hooks.ts';
import type { NamedModel } from './named-model.ts';
import type { Talk } from './talk.ts';

/** A tool as an agent has it. */
export interface AgentTool extends ModelTool {
  /** It changes nothing, so that it may run beside others of its kind. */
  readonly isReadOnly: boolean;
}

/** An agent with everything looked up that it needs. */
export interface ReadyAgent {
  readonly id: string;
  /** The one that is asked first. */
  readonly model: NamedModel;
  /** Those that are asked in turn when it fails. */
  readonly fallbackModels: readonly NamedModel[];
  readonly renderPrompt: (variables: Readonly<Record<string, unknown>>) => string;
  /** Hash of the prompt's text: a part of the template version. */
  readonly promptHash: string;
  readonly profile?: { readonly name: string; readonly spec: ContextProfileSpec };
  readonly outputSchema?: SchemaReference;
  /** The field of its answers that is kept, and shown to it again. */
  readonly stateField?: string;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  readonly description?: string;
  /** Names of its tools. */
  readonly tools: readonly string[];
  /** Narrows what its calls of tools may do. */
  readonly permissions?: PermissionsSpec;
  /** How often it may act before it has to answer. */
  readonly maxSteps: number;
  /** How often it is asked again after an answer that breaks its schema. */
  readonly jsonRetries: number;
}

/** One attempt of an agent's stage. */
export interface AgentCall {
  readonly agent: ReadyAgent;
  /** As which of those that take turns at the node it is asked. */
  readonly variant?: string;
  /** Those of the agent. */
  readonly tools: readonly AgentTool[];
  /** False where its answer is a plan that a tool node carries out. */
  readonly mayAct: boolean;
  readonly taskId: string;
  readonly stage: string;
  readonly attempt: number;
  /** No other attempt follows when this one fails. */
  readonly isLastAttempt: boolean;
  readonly mode: string;
  /** How much it is to say. Absent: as its prompt has it. */
  readonly verbosity?: Verbosity;
  readonly taskInput: unknown;
  readonly taskTags: readonly string[];
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly stores: StoreTable;
  /** What models and tools have answered to this stage so far. */
  readonly log: CallLog;
  readonly budget: CallBudget;
  readonly hooks: AgentHooks;
  /** Waits for a place for one call of a model, and gives what gives it back. Rejects when the stage is stopped. */
  readonly takePlace: (model: NamedModel) => Promise<() => void>;
  /** Runs the steps of a tool plan, each as an actor; never rejects but when the stage is stopped. */
  readonly useTools: (steps: readonly ToolPlanStep[], cycle: number) => Promise<readonly ToolStepResult[]>;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** The safe mode that kept a tool from running. */
export type NotRun = 'analysis_only' | 'dry_run';

/** What became of a step of a tool plan. */
export type ToolStepResult = { readonly id: string; readonly tool: string } & (
  | { readonly ok: true; readonly output: unknown; readonly notRun?: NotRun }
  | { readonly ok: false; readonly failure: Failure }
);

/** Reports a fact about the stage to telemetry. */
export type Tell = (
  event: {
    [Type in EventType]: {
      readonly type: Type;
      /** Which call of a tool it is about. */
      readonly call?: string;
      readonly data: EventData<Type>;
    };
  }[EventType],
) => void;

/** The services that agents use, as the host provides them. */
export interface AgentServices {
  readonly validator: SchemaValidator;
  readonly assembleContext: (request: ContextRequest) => Promise<ContextPackage>;
  readonly hash: (text: string) => string;
  /** How the texts of a model are counted. */
  readonly counterFor: (model: NamedModel) => CountTokens;
  readonly estimateTokens: (text: string) => number;
  /** US dollars for a call; absent without a price. */
  readonly costOf: (usage: TokenUsage, price: PriceSpec | undefined) => number | undefined;
  /** What a text asks for that is a tool plan and nothing else; nothing for any other text. */
  readonly readPlan: (text: string, agent: Pick<ReadyAgent, 'id' | 'tools'>) => WrittenPlan | undefined;
  /** What to do about an answer that was refused. */
  readonly nextAttempt: (state: AttemptState, refused: Refused, policy: AttemptPolicy) => NextAttempt;
  /** The failure that a refused answer is, when it is asked for no more. */
  readonly refusalFailure: (refused: Refused) => Failure;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A tool plan in the words of a model, or why it cannot be carried out. */
export type WrittenPlan = { readonly steps: readonly ToolPlanStep[] } | { readonly problem: Failure };

/** What an agent has kept of its answers. */
export interface AgentState {
  /** Counts from 1; 0 when nothing has been kept so far. */
  readonly version: number;
  /** As JSON; empty when nothing has been kept so far. */
  readonly text: string;
}

/** Notes that the steps of an agent leave for each other. */
export interface AgentNotes {
  readonly state?: AgentState;
  readonly context?: ContextPackage;
  readonly startedAt?: number;
  readonly prompts?: PromptVariants;
  readonly talk?: Talk;
  readonly reply?: AgentReply;
  readonly output?: unknown;
  /** Plugins have looked at the output. */
  readonly reviewed?: true;
}

/** The same prompt for models that are given the tools themselves, and for those that write tool plans. */
export interface PromptVariants {
  readonly native: Prompt;
  readonly plan: Prompt;
}

export interface AgentReply {
  readonly text: string;
  /** It stopped at the token limit. */
  readonly isCutOff: boolean;
}

export const storeNames = ['task_store', 'project_store', 'global_store'] as const satisfies readonly StoreName[];
