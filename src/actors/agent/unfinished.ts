import type { Failure, FailureKind } from '../../errors/index.ts';
import type { FinishReason } from '../../services/index.ts';
import type { ModelAnswer } from './call-log.ts';

const unfinished: Readonly<Partial<Record<FinishReason, { readonly code: FailureKind; readonly what: string }>>> = {
  refusal: { code: 'agent.refused', what: 'refused to answer' },
  content_filter: { code: 'provider.content_filter', what: 'was stopped by the filter of the provider' },
};

/** What an answer comes to that says it is none. */
export function unfinishedFailure(
  agent: string,
  { finishReason }: Pick<ModelAnswer, 'finishReason'>,
): Failure | undefined {
  const row = unfinished[finishReason];
  return row && { code: row.code, message: `Agent "${agent}" ${row.what}.` };
}
