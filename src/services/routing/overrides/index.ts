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
export { withoutMode } from './claims.ts';
export { resolveOverrides } from './resolve.ts';
export { readShortForm, shortForms } from './short-form.ts';
export {
  TaskOverrides,
  type GivenOverride,
  type OverrideDanger,
  type OverrideSource,
  type RefusedOverride,
} from './task-overrides.ts';
