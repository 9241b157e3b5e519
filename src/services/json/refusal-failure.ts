import type { Failure, FailureKind } from '../../errors/index.ts';
import type { Refused, VerdictCategory } from './verdict.ts';

const kinds = {
  syntax: 'json.syntax',
  minor: 'json.schema_minor',
  major: 'json.schema_major',
} as const satisfies Record<VerdictCategory, FailureKind>;

const hints = {
  syntax: 'Ask for the JSON once more, whole and alone; after a cut, ask for less or raise the limit.',
  minor: 'Ask for the JSON once more and name what does not fit.',
  major: 'Ask for the JSON once more from the start, and for nothing around it.',
} as const satisfies Record<VerdictCategory, string>;

/** What a stage reports when an answer was refused: small enough to be kept with its task. */
export function refusalFailure({ category, message, findings }: Refused): Failure {
  return { code: kinds[category], message, hint: hints[category], details: { category, findings } };
}
