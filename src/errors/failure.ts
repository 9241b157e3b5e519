/** Why a stage can fail, in the words that error edges and the fallback matrix match on. A closed table. */
export const failureCategories = {
  config: 'The manifests let something through that could not be run.',
  routing: 'No edge fits what a decision chose, or no pipeline fits the task.',
  agent: 'An agent gave no usable answer.',
  provider: 'The service behind a model refused or failed.',
  json: 'An answer is not the JSON that was asked for.',
  tool: 'A tool ran and failed.',
  permission: 'Something was not allowed to run.',
  context: 'The context of an agent could not be built.',
  memory: 'A memory store failed.',
  timeout: 'Time ran out.',
  budget: 'Money or tokens ran out.',
  cancelled: 'The work was cancelled.',
  branch_failed: 'A branch that a merge needs has failed.',
  plugin: 'A plugin stopped the work.',
  internal: 'The engine broke one of its own rules.',
} as const satisfies Record<string, string>;

export type FailureCategory = keyof typeof failureCategories;

interface FailureKindRow {
  readonly category: FailureCategory;
  /** Whether another attempt can help. */
  readonly retryable: boolean;
  /** Whether another model can help: one that is asked live must not make up for a recording. */
  readonly fallback?: true;
}

export const failureKinds = {
  'config.invalid': { category: 'config', retryable: false },
  'config.expression': { category: 'config', retryable: false },
  'config.merge': { category: 'config', retryable: false },
  'routing.no_edge': { category: 'routing', retryable: false },
  'agent.no_answer': { category: 'agent', retryable: true },
  'agent.refused': { category: 'agent', retryable: false },
  'agent.step_limit': { category: 'agent', retryable: true },
  'provider.auth': { category: 'provider', retryable: false, fallback: true },
  'provider.quota': { category: 'provider', retryable: false, fallback: true },
  'provider.rate_limit': { category: 'provider', retryable: true, fallback: true },
  'provider.overloaded': { category: 'provider', retryable: true, fallback: true },
  'provider.context_length': { category: 'provider', retryable: false, fallback: true },
  'provider.bad_request': { category: 'provider', retryable: false, fallback: true },
  'provider.network': { category: 'provider', retryable: true, fallback: true },
  'provider.content_filter': { category: 'provider', retryable: false, fallback: true },
  'provider.cassette_miss': { category: 'provider', retryable: false },
  'json.syntax': { category: 'json', retryable: true },
  'json.schema_minor': { category: 'json', retryable: true },
  'json.schema_major': { category: 'json', retryable: true },
  'tool.invalid_input': { category: 'tool', retryable: false },
  'tool.invalid_output': { category: 'tool', retryable: false },
  'tool.not_found': { category: 'tool', retryable: false },
  'tool.failed': { category: 'tool', retryable: true },
  'tool.rejected': { category: 'tool', retryable: false },
  'tool.exit_code': { category: 'tool', retryable: true },
  'tool.output_limit': { category: 'tool', retryable: false },
  'permission.denied': { category: 'permission', retryable: false },
  'context.too_large': { category: 'context', retryable: false },
  'memory.unavailable': { category: 'memory', retryable: true },
  'timeout.attempt': { category: 'timeout', retryable: true },
  'timeout.stage': { category: 'timeout', retryable: false },
  'timeout.task': { category: 'timeout', retryable: false },
  'budget.exceeded': { category: 'budget', retryable: false },
  'cancelled.task': { category: 'cancelled', retryable: false },
  'branch_failed.merge': { category: 'branch_failed', retryable: false },
  'branch_failed.quorum': { category: 'branch_failed', retryable: false },
  'branch_failed.items': { category: 'branch_failed', retryable: false },
  'branch_failed.child': { category: 'branch_failed', retryable: false },
  'branch_failed.exhausted': { category: 'branch_failed', retryable: false },
  'plugin.veto': { category: 'plugin', retryable: false, fallback: true },
  'plugin.failed': { category: 'plugin', retryable: false },
  'internal.bug': { category: 'internal', retryable: false },
  'config.value_too_large': { category: 'config', retryable: false },
} as const satisfies Record<string, FailureKindRow>;

export type FailureKind = keyof typeof failureKinds;

/** What a piece of work reports when it failed; the engine adds where it happened. */
export interface Failure {
  readonly code: FailureKind;
  /** One full sentence, no secrets. */
  readonly message: string;
  readonly hint?: string;
  /** How long the other side asked to be left alone, in milliseconds. */
  readonly retry_after_ms?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Why a stage failed, as plain JSON: what is kept on the task, sent as telemetry and matched by edges. */
export interface FailureSignature extends Failure {
  readonly category: FailureCategory;
  /** Id of the stage: the node id, and for children of a map or repeat what led to it. */
  readonly stage: string;
  readonly node: string;
  readonly node_type: string;
  readonly pipeline: string;
  /** Counted from 1. */
  readonly attempt: number;
  readonly retryable: boolean;
}

/** Thrown inside a stage by code that has a failure to report; never leaves a stage runner. */
export function failureOf(value: unknown): Failure | undefined {
  return value instanceof Error && 'failure' in value && isFailure(value.failure) ? value.failure : undefined;
}

/** An Error that carries a failure, for code that has to throw through a library. */
export function failureError(failure: Failure): Error & { readonly failure: Failure } {
  return Object.assign(new Error(failure.message), { failure });
}

function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' && value !== null && 'code' in value && 'message' in value && isFailureKind(value.code)
  );
}

/** True when the value names a row of `failureKinds`. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(failureKinds, value);
}
