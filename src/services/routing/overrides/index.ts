export {
  avoidedNames,
  effectFor,
  effectsOf,
  isKept,
  isMemo,
  type BudgetLimits,
  type OverrideEffects,
} from './effects.ts';
export { readOverride, type OverrideDefaults, type ReadOverride } from './read-override.ts';
export type { RequestNames } from './request/pattern.ts';
export { parseRequest } from './request/parse-request.ts';
export { readRequestAnswer, requestAnswerSchema, requestVocabulary, type ReadRequestAnswer } from './request/answer.ts';
export { withoutMode } from './claims.ts';
export { resolveOverrides } from './resolve.ts';
export { readShortForm, shortForms } from './short-form.ts';
export {
  TaskOverrides,
  type GivenOverride,
  type OverrideDanger,
  type OverrideSource,
  type RefusedOverride,
  type RequestReader,
} from './task-overrides.ts';
