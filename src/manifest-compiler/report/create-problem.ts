import type { ErrorCode, Problem, ProblemPath } from '../../errors/index.ts';
import { printable } from './quote.ts';
import type { TextRange } from './source.ts';

export interface ProblemInput {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly file: string;
  readonly path: ProblemPath;
  readonly at?: 'key' | 'value';
  readonly part?: Problem['part'];
  readonly range?: TextRange;
  readonly severity?: 'error' | 'warning';
}

/** A problem without fields that say nothing: an error unless it says otherwise. */
export function createProblem(input: ProblemInput): Problem {
  const { code, message, hint, file, path, at, part, range, severity = 'error' } = input;
  return {
    code,
    severity,
    message: printable(message), // libraries repeat what was written as it is
    ...(hint === undefined ? {} : { hint: printable(hint) }),
    file,
    path,
    ...(at === undefined ? {} : { at }),
    ...(part === undefined ? {} : { part }),
    ...(range === undefined ? {} : { range }),
  };
}
