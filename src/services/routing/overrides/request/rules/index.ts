import { budgetRules } from './budget-rules.ts';
import { consentRules } from './consent-rules.ts';
import { memoryRules } from './memory-rules.ts';
import { modeRules } from './mode-rules.ts';
import { nameRules } from './name-rules.ts';
import { verbosityRules } from './verbosity-rules.ts';
import type { RequestRule } from './rule.ts';

/** What words of a request stand for. Longer matches go before shorter ones. */
export const requestRules: readonly RequestRule[] = [
  ...modeRules,
  ...verbosityRules,
  ...memoryRules,
  ...budgetRules,
  ...nameRules,
  ...consentRules,
];

export type { OverrideDraft, RequestRule } from './rule.ts';
