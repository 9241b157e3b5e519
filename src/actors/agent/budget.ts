import type { Failure } from '../../errors/index.ts';
import type { CallUsage } from './call-log.ts';
import type { NamedModel } from './named-model.ts';

/** What one model call may come to, before it is made. */
export interface CallEstimate {
  readonly model: NamedModel;
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
      /** To be called once, with what the call came to; with nothing when it came to nothing. */
      readonly settle: (usage?: CallUsage) => void;
    }
  /** The budget has room only for a cheaper model: the one of this alias. */
  | { readonly kind: 'degrade'; readonly alias: string }
  | { readonly kind: 'stop'; readonly failure: Failure };

/** What a stage, its agent and its task may still spend. */
export interface CallBudget {
  admit(estimate: CallEstimate): Admission;
  /** Counts a call that an earlier process made, unless it is counted: it has the same key then. */
  book(key: string, usage: CallUsage): void;
}
