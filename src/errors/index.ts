export { errorCodes, type ErrorCode } from './codes.ts';
export { EngineError, isEngineError, type EngineErrorOptions } from './engine-error.ts';
export {
  failureCategories,
  failureError,
  failureKinds,
  failureOf,
  isFailureKind,
  type Failure,
  type FailureCategory,
  type FailureKind,
  type FailureSignature,
} from './failure.ts';
export type { Problem, ProblemPath } from './problem.ts';
