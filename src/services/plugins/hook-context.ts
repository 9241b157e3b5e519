import type { Failure, FailureSignature } from '../../errors/index.ts';
import type { StoreName } from '../../manifest/index.ts';
import type { PromptMessage, PromptSubject } from '../llm/index.ts';
import type { MemoryItem, MemoryQuery } from '../memory/index.ts';
import type { RoutingDecision } from '../routing/index.ts';
import type { HookPoint } from './hook-points.ts';

/** Where in the work of an engine a hook is asked. */
export interface HookPlace {
  readonly taskId: string;
  /** For a child task: the task whose stage started it. */
  readonly parentTaskId?: string;
  /** Absent before it is chosen. */
  readonly pipeline?: string;
  readonly mode: string;
  readonly stage?: string;
  /** Of the stage, counted from 1. */
  readonly attempt?: number;
  readonly agent?: string;
}

interface TaskEnd {
  readonly status: string;
  readonly output: unknown;
  readonly failures: readonly FailureSignature[];
}

interface ToolSubject {
  readonly tool: string;
  /** Of a tool plan, or of what a model asked for. */
  readonly step?: string;
  readonly arguments: unknown;
}

interface ModelSubject {
  /** Alias of the model. */
  readonly model: string;
  readonly provider: string;
  /** Number of the call within the conversation, from 1. */
  readonly call: number;
}

/** What is asked of a model. `subject` is what the prompt was built from, which models of the provider `offline` go by. */
export interface PromptView {
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly subject: Pick<PromptSubject, 'taskInput' | 'input' | 'context'>;
}

/** An item of a memory store, as far as hooks see it. */
export type MemoryView = Pick<MemoryItem, 'id' | 'kind' | 'source' | 'tags' | 'content'>;

/** What goes to a store or is asked of it. */
export type MemorySubject = { readonly store: StoreName } & (
  | { readonly operation: 'write'; readonly items: readonly MemoryView[] }
  | { readonly operation: 'read'; readonly query: Omit<MemoryQuery, 'vector' | 'vectorModel'> }
);

/** A text that an agent is shown; `at` is its place among those of its context, from 0. */
export interface ContextText {
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** What a hook is about. */
export interface HookSubjects {
  before_task: { readonly input: unknown; readonly tags: readonly string[] };
  after_task: TaskEnd;
  before_stage: { readonly nodeType: string };
  after_stage: { readonly nodeType: string; readonly output: unknown };
  before_agent: { readonly model: string; readonly input: unknown };
  after_agent: { readonly output: unknown };
  before_llm: ModelSubject & { readonly prompt: PromptView };
  after_llm: ModelSubject & {
    readonly text: string;
    readonly toolCalls: readonly { readonly tool: string; readonly arguments: unknown }[];
    readonly finishReason: string;
  };
  before_tool: ToolSubject;
  after_tool: ToolSubject & { readonly output: unknown };
  before_memory: MemorySubject;
  after_memory: {
    readonly store: StoreName;
    readonly operation: 'read' | 'write';
    readonly items: readonly MemoryView[];
  };
  before_context: { readonly profile: string; readonly model: string };
  after_context: { readonly profile: string; readonly model: string; readonly items: readonly ContextText[] };
  before_routing: { readonly input: unknown; readonly tags: readonly string[] };
  after_routing: { readonly decision: RoutingDecision };
  /** A stage or a whole task that failed. */
  on_error: { readonly of: 'stage' | 'task'; readonly failure: Failure };
  on_task_completed: TaskEnd;
}

/** The same without a way to change any of it. */
export type DeepReadonly<T> = unknown extends T
  ? unknown
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** What a hook is told: a frozen copy. */
export type HookContext<Point extends HookPoint = HookPoint> = {
  readonly [Each in Point]: DeepReadonly<
    HookPlace &
      HookSubjects[Each] & { readonly point: Each; /** Name of the plugin that is asked. */ readonly plugin: string }
  >;
}[Point];

/** An item by its id with its text; items that are not named are left out. */
export type MemoryChange = Pick<MemoryItem, 'id' | 'content'>;

/** What may stand in the place of an input. */
export interface HookInputs {
  before_task: unknown;
  before_agent: unknown;
  /** Messages in their number and order: only their contents are taken. A new prompt without a subject has an empty one. */
  before_llm: {
    readonly system?: string;
    readonly messages?: readonly { readonly content: string }[];
    readonly subject?: DeepReadonly<PromptView['subject']>;
  };
  /** The arguments. */
  before_tool: unknown;
  /** Of items that are written. */
  before_memory: readonly MemoryChange[];
}

/** What may stand in the place of an output. */
export interface HookOutputs {
  after_stage: unknown;
  after_agent: unknown;
  after_llm: { readonly text: string };
  after_tool: unknown;
  /** Of items that were read. */
  after_memory: readonly MemoryChange[];
  /** Texts by their place; those that are not named are left out. */
  after_context: readonly Pick<ContextText, 'at' | 'text'>[];
}
