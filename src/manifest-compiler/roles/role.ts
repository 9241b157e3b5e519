import type { Mapping, NodeSpec } from '../../manifest/index.ts';
import type { Arrival } from '../../machines/index.ts';
import type { ProblemPath } from '../../errors/index.ts';
import type { CompiledExpression, CompiledMapping } from '../expressions/index.ts';
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
}

/** What a stage asks to have done. Data: an actor does it. */
export type Work =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'agent'; readonly agent: string; readonly input: unknown }
  | { readonly kind: 'tool'; readonly tool: string; readonly arguments: unknown };

export interface Conclusion {
  readonly output: unknown;
  /** What a decision chose. */
  readonly choice?: string;
}

/** A node compiled: pure functions from what is known to what has to be done, and from what was done to the output. */
export interface StageProgram {
  /** Throws a failure (see `failureOf`) when an expression fails. */
  plan(scope: StageScope): Work;
  conclude(output: unknown, scope: StageScope): Conclusion;
}

/** What a role needs to compile a node. Faults in expressions are collected, so that one pass finds all of them. */
export interface RoleContext {
  readonly outbound: readonly OutlineEdge[];
  mapping(value: Mapping, path: ProblemPath): CompiledMapping;
  /** An expression of an edge, given by the edge's place in the manifest. */
  edgeExpression(edge: OutlineEdge): CompiledExpression | undefined;
}

/** How one type of node becomes a program. */
export type Role<Spec extends NodeSpec> = (spec: Spec, context: RoleContext) => StageProgram;

/** The conclusion of every role that hands on what its work gave. */
export function handOn(output: unknown): Conclusion {
  return { output };
}
