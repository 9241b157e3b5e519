import type { Failure } from '../../errors/index.ts';
import type { CallUsage } from './call-log.ts';
import type { NamedModel } from './named-model.ts';

/** What one model call may come to, before it is made. */
export interface CallEstimate {
  readonly model: NamedModel;
  /** Aliases of the models that it was to be made of before, each of which a budget degraded. */
  readonly degraded?: readonly string[];
  readonly promptTokens: number;
  /** Most tokens of the answer; absent when nothing bounds it. */
  readonly maxOutputTokens?: number;
}

/** Whether a call may be made. */
export type Admission =
  | {
      readonly kind: 'go';
      /** Less than was asked for when the budget has room for no more. */
      readonly maxOutputTokens?: number;
      /** To be called with what the call came to; with nothing when it came to nothing. The first time counts. */
      readonly settle: (usage?: CallUsage) => void;
    }
  /** Calls at work hold what is left: to be asked again when one of them has ended. */
  | { readonly kind: 'wait'; readonly until: Promise<void> }
  /** What is left is not for this model: another one is to be asked instead. */
  | { readonly kind: 'degrade'; readonly model: NamedModel }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** What a stage, its agent and its task may still spend. */
export interface CallBudget {
  admit(estimate: CallEstimate): Admission;
}
