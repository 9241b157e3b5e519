import type { ErrorCode } from './codes.ts';
import type { Problem } from './problem.ts';

export interface EngineErrorOptions {
  /** What to do about it, as an order. */
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** The findings behind a MANIFEST_INVALID error. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** The only class that this package throws: a broken call, a missing key, a failed store, or a bug of the engine. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
    this.problems = options.problems ?? [];
  }
}

/** True for an EngineError of any copy of this package: compared by name and code, not by class. */
export function isEngineError(value: unknown): value is EngineError {
  return value instanceof Error && value.name === 'EngineError' && 'code' in value;
}
