import type { FeedbackAction, Mapping, NodeSpec, SchemaReference } from '../../manifest/index.ts';
import type { Arrival } from '../../machines/index.ts';
import type { ProblemPath } from '../../errors/index.ts';
import type { CompiledMapping, ScopeValues, ScopeVariable } from '../expressions/index.ts';
import type { OutlineEdge } from '../plan/outline.ts';

/** What a stage can see of the stages before it. */
export interface StageView {
  readonly status: string;
  readonly output: unknown;
  readonly choice?: string;
}

/** An inbound edge of a stage with what came along it. */
export interface DeliveredArrival extends Arrival {
  readonly output?: unknown;
}

/** What expressions of a node may name, with its values at the moment the stage starts. */
export interface StageScope {
  readonly task: { readonly id: string; readonly mode: string; readonly tags: readonly string[] };
  readonly input: unknown;
  readonly stages: Readonly<Record<string, StageView>>;
  /** Output of the stages right before this one; after the work of a decision, its own. */
  readonly output: unknown;
  /** Failure of the stage before, when an error or fallback edge led here. */
  readonly error: unknown;
  readonly arrivals: readonly DeliveredArrival[];
  /** In a child task of a map: its item, and the place of that in the list. */
  readonly item?: unknown;
  readonly index?: number;
  /** In a child task of a repeat, counted from 1. */
  readonly iteration?: number;
}

/** What a stage asks to have done. Data: an actor does it. */
export type Work =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'agent'; readonly agent: string; readonly input: unknown }
  | { readonly kind: 'tool'; readonly tool: string; readonly arguments: unknown }
  /** A tool plan as the agent at node `writer` wrote it: nothing about it has been checked. */
  | { readonly kind: 'tool_plan'; readonly writer: string; readonly plan: unknown }
  | { readonly kind: 'feedback'; readonly question: Question }
  | MapWork
  | RepeatWork
  | { readonly kind: 'workflow'; readonly body: string; readonly input: unknown };

/** What a person or a program is asked. */
export interface Question {
  readonly text: string;
  /** What it is about. */
  readonly input: unknown;
  /** What may be done. */
  readonly actions: readonly FeedbackAction[];
  /** What an edit or an answer has to look like. */
  readonly schema?: SchemaReference;
  /** Taken when no answer came in time. */
  readonly default?: Answer;
}

/** What was done with a question: the output of its stage. */
export interface Answer {
  readonly action: FeedbackAction;
  /** What was approved, what it was edited to, or the answer; null for a rejection. */
  readonly value: unknown;
  readonly comment?: string;
}

export interface MapWork {
  readonly kind: 'map';
  /** Id of the body that each child task runs. */
  readonly body: string;
  readonly items: readonly unknown[];
  /** The request of the child task for an item. Throws a failure when an expression fails. */
  inputOf(index: number): unknown;
  /** Most items at a time; absent: as many as stages of a task. */
  readonly maxParallel?: number;
  readonly onItemFailure: 'fail' | 'continue' | 'quorum';
  readonly quorum: number;
}

export interface RepeatWork {
  readonly kind: 'repeat';
  readonly body: string;
  readonly maxIterations: number;
  readonly onExhausted: 'fail' | 'accept' | 'partial';
  /** The request of an iteration, counted from 1, after what the one before gave. Throws as an expression does. */
  inputOf(iteration: number, previous: unknown): unknown;
  /** Whether what an iteration gave ends the repeat. Throws as an expression does. */
  isOver(iteration: number, output: unknown): boolean;
}

export interface Conclusion {
  readonly output: unknown;
  /** What a decision chose. */
  readonly choice?: string;
}

/** Agents that take turns at a node. */
export interface AgentVariants {
  /** The agent of the node, which is asked when none of the others is there for the task. */
  readonly own: string;
  readonly others: readonly { readonly agent: string; readonly weight: number; readonly when?: Condition }[];
}

/** A node compiled: pure functions from what is known to what has to be done, and from what was done to the output. */
export interface StageProgram {
  /** Throws a failure (see `failureOf`) when an expression fails. */
  plan(scope: StageScope): Work;
  conclude(output: unknown, scope: StageScope): Conclusion;
  /** Which of them answers is decided by whoever runs the stage. */
  readonly variants?: AgentVariants;
}

/** What a role needs to compile a node. Faults in expressions are collected, so that one pass finds all of them. */
export interface RoleContext {
  readonly outbound: readonly OutlineEdge[];
  /** `more` may be named besides what every stage may name. */
  mapping(value: Mapping, path: ProblemPath, more?: readonly ScopeVariable[]): CompiledMapping;
  /** A condition; nothing when it does not compile. */
  expression(source: string, path: ProblemPath, more?: readonly ScopeVariable[]): Condition | undefined;
  /** Collects a fault unless some way leads from the other node to this one. */
  needsWayFrom(other: string, path: ProblemPath): void;
  /** An expression of an edge, given by the edge's place in the manifest. */
  edgeExpression(edge: OutlineEdge): Condition | undefined;
}

/** An expression that has to give true or false. */
export interface Condition {
  /** Throws a failure when the expression fails, or gives something else. */
  holds(scope: ScopeValues): boolean;
}

/** How one type of node becomes a program. */
export type Role<Spec extends NodeSpec> = (spec: Spec, context: RoleContext) => StageProgram;

/** The conclusion of every role that hands on what its work gave. */
export function handOn(output: unknown): Conclusion {
  return { output };
}
