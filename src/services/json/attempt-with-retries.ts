import { failureError } from '../../errors/index.ts';
import type { JsonSchema } from '../../manifest/index.ts';
import {
  attemptReport,
  firstAttempt,
  nextAttempt,
  type AttemptPolicy,
  type AttemptReport,
  type AttemptState,
} from './next-attempt.ts';
import type { ReaskOptions } from './reask.ts';
import { judge } from './repair-and-validate.ts';
import type { Repaired } from './verdict.ts';

/** What a model is to be asked. */
export interface AttemptRequest extends AttemptState {
  /** Of a "reask": the answer that was refused, and what the user says to it. Both follow what was said before. */
  readonly refused?: string;
  readonly correction?: string;
}

export interface AttemptAnswer {
  readonly text: string;
  /** The provider stopped at its token limit. */
  readonly isCutOff?: boolean;
}

export type AttemptCall = (request: AttemptRequest) => Promise<AttemptAnswer>;

export interface AttemptOptions extends AttemptPolicy, ReaskOptions {
  /** Told of every attempt once its answer is judged. */
  readonly onAttempt?: (report: AttemptReport) => void;
}

/** The value, how the last answer was read, and what every attempt came to. */
export interface Attempted extends Repaired {
  readonly attempts: readonly AttemptReport[];
}

/**
 * Asks until an answer fits the schema: each is repaired as far as that is safe, else the model is asked again and told what
 * was wrong, then other models are asked. Rejects with the failure of the last answer, or with whatever `call` rejects with.
 */
export async function attemptWithRetries(
  call: AttemptCall,
  schema: JsonSchema,
  { onAttempt, retries, escalations, ...options }: AttemptOptions,
): Promise<Attempted> {
  const rules = { schema, policy: { retries, escalations }, ...options };
  const attempts: AttemptReport[] = [];
  let request: AttemptRequest = firstAttempt;
  for (;;) {
    const { text, isCutOff = false } = await call(request);
    const { attempt, strategy, model } = request;
    const state = { attempt, strategy, model };
    const verdict = judge(text, schema, { isCutOff });
    const report = attemptReport(state, verdict);
    attempts.push(report);
    onAttempt?.(report);
    const next = nextAttempt(state, verdict, rules);
    if (next.decision === 'accept') return { ...next.repaired, attempts };
    if (next.decision === 'fail') throw failureError(next.failure);
    request = next.decision === 'reask' ? { ...next.state, refused: text, correction: next.correction } : next.state;
  }
}
