import type { Failure } from '../../errors/index.ts';
import type { JsonSchema } from '../../manifest/index.ts';
import { reaskMessage, type ReaskOptions } from './reask.ts';
import { refusalFailure } from './refusal-failure.ts';
import type { Repaired, Verdict, VerdictCategory } from './verdict.ts';

/** How a model is asked: for the first time, once more with what was wrong, or another model from the start. */
export type AttemptStrategy = 'first' | 'reask' | 'escalate';

/** How often to ask. There are never more than 1 + `retries` + `escalations` attempts. */
export interface AttemptPolicy {
  /** How often the first model is asked once more. */
  readonly retries: number;
  /** How many other models there are; each is asked once, after all retries. */
  readonly escalations: number;
}

/** An attempt whose answer is awaited: plain JSON, all that has to be known about the ones before. */
export interface AttemptState {
  /** Counted from 1. */
  readonly attempt: number;
  readonly strategy: AttemptStrategy;
  /** Which model is asked: 0 is the first, 1 the first that is escalated to. */
  readonly model: number;
}

export type NextAttempt =
  | { readonly decision: 'accept'; readonly repaired: Repaired }
  | {
      readonly decision: 'reask';
      readonly state: AttemptState;
      /** What the user says to the model after its answer. */
      readonly correction: string;
    }
  | { readonly decision: 'escalate'; readonly state: AttemptState }
  | { readonly decision: 'fail'; readonly failure: Failure };

export interface AttemptRules extends ReaskOptions {
  readonly schema: JsonSchema;
  readonly policy: AttemptPolicy;
}

export const firstAttempt: AttemptState = { attempt: 1, strategy: 'first', model: 0 };

/** What to do with the verdict on the answer of an attempt. Pure, so that machines and callbacks decide alike. */
export function nextAttempt(state: AttemptState, verdict: Verdict, rules: AttemptRules): NextAttempt {
  if ('repair' in verdict) return { decision: 'accept', repaired: verdict };
  const { policy, schema, ...options } = rules;
  const attempt = state.attempt + 1;
  if (state.model === 0 && state.attempt <= policy.retries) {
    const correction = reaskMessage(verdict, schema, options);
    return { decision: 'reask', state: { attempt, strategy: 'reask', model: 0 }, correction };
  }
  if (state.model < policy.escalations) {
    return { decision: 'escalate', state: { attempt, strategy: 'escalate', model: state.model + 1 } };
  }
  const failure = refusalFailure(verdict);
  return { decision: 'fail', failure: { ...failure, details: { ...failure.details, attempts: state.attempt } } };
}

/** What an attempt came to, for telemetry. */
export interface AttemptReport extends AttemptState {
  readonly category: VerdictCategory | 'none';
  /** How deep the repair went; absent when the answer was refused. */
  readonly tier?: 0 | 1 | 2;
}

/** What an attempt came to, for a report of all of them. */
export function attemptReport(state: AttemptState, verdict: Verdict): AttemptReport {
  if (!('repair' in verdict)) return { ...state, category: verdict.category };
  const { category, tier } = verdict.repair;
  return { ...state, category, tier };
}
