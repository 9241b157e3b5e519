/** What `agent-engine/json` exports. */
export {
  attemptWithRetries,
  type AttemptAnswer,
  type AttemptCall,
  type Attempted,
  type AttemptOptions,
  type AttemptRequest,
} from './attempt-with-retries.ts';
export type { SchemaFinding } from './finding.ts';
export {
  attemptReport,
  firstAttempt,
  nextAttempt,
  type AttemptPolicy,
  type AttemptReport,
  type AttemptRules,
  type AttemptState,
  type AttemptStrategy,
  type NextAttempt,
} from './next-attempt.ts';
export type { ReadOptions } from './read-answer.ts';
export { reaskMessage, type ReaskOptions } from './reask.ts';
export { judge, judgeValue, repairAndValidate } from './repair-and-validate.ts';
export type { Refused, Repair, RepairAction, Repaired, Verdict, VerdictCategory } from './verdict.ts';
