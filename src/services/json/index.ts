export type { SchemaFinding } from './finding.ts';
export { nearestWord } from './nearest-word.ts';
export {
  nextAttempt,
  type AttemptPolicy,
  type AttemptReport,
  type AttemptRules,
  type AttemptState,
  type AttemptStrategy,
  type NextAttempt,
} from './next-attempt.ts';
export type { ReadOptions } from './read-answer.ts';
export type { ReaskOptions } from './reask.ts';
export { refusalFailure } from './refusal-failure.ts';
export { judge, judgeValue } from './repair-and-validate.ts';
export { keywordProblem } from './schema-keywords.ts';
export { createSchemaValidator, type SchemaLike, type SchemaValidator } from './schema-validator.ts';
export { mapSchema, maxSchemaDepth, nestingProblem, type SchemaObject } from './schema-walk.ts';
export { measure } from './value-extent.ts';
export type { Refused, Repair, RepairAction, Repaired, Verdict, VerdictCategory } from './verdict.ts';
