import type { Failure, FailureSignature } from '../errors/index.ts';
import type { PermissionsSpec } from '../manifest/index.ts';
import type { CompiledPipeline, Question, StageView } from '../manifest-compiler/index.ts';
import type { TaskCore, TaskState, TaskStatus } from '../machines/index.ts';
import type { RoutingDecision, TaskOverrides } from '../services/index.ts';

import type { KnownValues } from './journal/values.ts';
import type { Consent } from './consent.ts';

/** What a task was created with; the first entry of its journal. */
export interface TaskCreation {
  readonly id: string;
  readonly definition: string;
  readonly pipeline: string;
  readonly input: unknown;
  readonly mode: string;
  readonly tags: readonly string[];
  /** Start with every stage held, for stepping. */
  readonly paused: boolean;
  /** Narrows what its tools may do, in every stage and in every child task. */
  readonly permissions?: PermissionsSpec;
  /** What changes manifest values for it and its child tasks. */
  readonly overrides?: TaskOverrides;
  /** A plugin did not allow it: every stage of it fails with this. */
  readonly refused?: Failure;
  /** Names of nodes and edges before which it pauses from the start. */
  readonly breakpoints?: readonly string[];
  /** Why it has its pipeline; absent for a child task, which has none to choose. */
  readonly routing?: RoutingDecision;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  /** For a fork: the task whose history it shares, up to which entry. */
  readonly forked_from?: ForkOrigin;
  /** For a fork: the task whose id agents are assigned by, so that the same ones go on. */
  readonly assigned_as?: string;
  /** For a fork: when that history began. */
  readonly begun_at?: number;
  /** For a child task: the stage that started it. */
  readonly parent?: TaskParent;
  /** For a child task: what its expressions may name besides. */
  readonly frame?: ChildFrame;
}

export interface ForkOrigin {
  readonly task: string;
  readonly seq: number;
}

export interface TaskParent {
  readonly task: string;
  readonly node: string;
  /** Of the stage, counted from 1. */
  readonly attempt: number;
}

/** What makes a child task one of several: the item of a map with its place, or the iteration of a repeat, from 1. */
export interface ChildFrame {
  readonly item?: unknown;
  readonly index?: number;
  readonly iteration?: number;
}

/** What a child task has come to, as far as the stage above needs to know. */
export interface ChildEnd {
  readonly status: TaskStatus;
  readonly output: unknown;
  readonly usage: TaskUsage;
  readonly failure?: Failure;
}

export interface StageUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
  /** US dollars; absent when no price is known. */
  readonly cost_usd?: number;
}

/** A stage that asks a question is waiting. */
export type StageStatus = 'running' | 'waiting' | 'retrying' | 'done' | 'failed' | 'skipped' | 'cancelled';

/** What became of a stage: an entry of the trace. */
export interface StageRecord {
  readonly stage: string;
  readonly node: string;
  readonly node_type: string;
  status: StageStatus;
  /** Counted from 1; 0 for a stage that never ran. */
  attempt: number;
  /** Where agents take turns: who was asked, and as which of the candidates. */
  agent?: string;
  variant?: string;
  output?: unknown;
  choice?: string;
  failure?: FailureSignature;
  /** It failed, no edge took that, and by its `on_failure` the task went past it: its output is null. */
  on_failure?: 'skip' | 'continue_partial';
  /** Parts of it failed, and the manifest tolerates that. */
  partial?: true;
  usage?: StageUsage;
  /** Milliseconds since the epoch. */
  started_at: number;
  ended_at?: number;
  /** Milliseconds between the two in which nobody was at work on the task, though the stage waited for no answer. */
  idle_ms?: number;
}

/** A compiled pipeline with the machine made from it. */
export interface RunnablePipeline {
  readonly pipeline: CompiledPipeline;
  readonly core: TaskCore;
  readonly maxParallel: number;
  /** For a whole task, in milliseconds from its creation. */
  readonly taskTimeoutMs?: number;
}

/** A task in the memory of a host. */
export interface TaskRecord {
  /** As it is now: a fork may change the request, a migration the manifests. */
  creation: TaskCreation;
  runnable: RunnablePipeline;
  state: TaskState;
  /** In the order in which stages started. */
  readonly trace: Map<string, StageRecord>;
  /** The same for expressions: what later stages may read. */
  stages: Record<string, StageView>;
  /** What was decided in its stages, in that order; the choice of its pipeline is with its creation. */
  decisions: RoutingDecision[];
  /** Large values that the store has. */
  readonly known: KnownValues;
  /** The `seq` of the row that was written last. */
  checkpoint: number;
  /** When it took its last step, in milliseconds since the epoch. */
  steppedAt: number;
  /** The step that was carried out last, to which belongs what stages tell: a listener may have caused others since. */
  carriedOut?: number;
  /** Telemetry events since the last step of the reducer. */
  told: { readonly step: number; readonly count: number };
  /** What stages asked when they began, by node: what was shown is what is approved. */
  readonly asked: Map<string, Question>;
  /** What stages asked while they were under way, by node and question, and what was answered. */
  readonly consents: Map<string, Map<string, Consent>>;
  /** Children that are over, of stages at work, by node and number. */
  readonly childEnds: Map<string, Map<number, ChildEnd>>;
  /** The last entry with which it went on with other manifests: child tasks of before are not those of its stages. */
  migratedAt?: number;
  /** Of stages that were lost with a migration. */
  spent?: StageUsage;
  /** The time of the whole task was up. */
  isExpired?: true;
  /** Set when the task is over. */
  result?: TaskResult;
}

export interface TaskUsage extends StageUsage {
  readonly total_tokens: number;
}

export interface TaskResult {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly pipeline: string;
  readonly output: unknown;
  /** Of all stages that failed; those that no edge took come first. */
  readonly failures: readonly FailureSignature[];
  readonly usage: TaskUsage;
  readonly trace: readonly StageRecord[];
}
