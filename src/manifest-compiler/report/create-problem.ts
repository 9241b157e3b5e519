import type { ErrorCode, Problem, ProblemPath } from '../../errors/index.ts';
import type { TextRange } from './source.ts';

export interface ProblemInput {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file: string;
  readonly path: ProblemPath;
  readonly at?: 'key' | 'value';
  readonly range?: TextRange;
  readonly severity?: 'error' | 'warning';
}

/** A problem without fields that say nothing: an error unless it says otherwise. */
export function createProblem(input: ProblemInput): Problem {
  const { code, message, hint, file, path, at, range, severity = 'error' } = input;
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    file,
    path,
    ...(at === undefined ? {} : { at }),
    ...(range === undefined ? {} : { range }),
  };
}
