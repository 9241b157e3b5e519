import type { EvalCase, TaskResult } from '../../index.ts';
import type { EvalFinding } from './eval-report.ts';

type Path = Parameters<EvalCase['locate']>[0];

/** What a run of a case came to, for those who look at it. */
export interface Outcome {
  readonly case: EvalCase;
  readonly result: TaskResult;
  /** Nodes that ran, in the order in which they began. */
  readonly nodes: readonly string[];
  /** Edges that were taken, as `from->to`. */
  readonly edges: readonly string[];
}

export function placeOf(evalCase: EvalCase, path: Path): string {
  const { file, line, column } = evalCase.locate(path);
  return `${file}:${line}:${column}`;
}

/** A finding about `expect.<words joined by dots>`; without a fault it is met. */
export function finding(evalCase: EvalCase, path: Path, fault?: string): EvalFinding {
  const expectation = path.filter((step) => typeof step === 'string').join('.');
  const at = placeOf(evalCase, ['expect', ...path]);
  if (fault === undefined) return { expectation, passed: true, score: 1, at };
  return { expectation, passed: false, score: 0, message: fault, at };
}

const longestShown = 300;

/** A value as a message shows it: on one line, and not all of it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= longestShown ? text : `${text.slice(0, longestShown).toWellFormed()}…`;
}
