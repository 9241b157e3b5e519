import { failureOf, type Failure } from '../../../../src/errors/index.ts';
import {
  compileExpression,
  type ExpressionFault,
  type Json,
  type ScopeNames,
  type ScopeValues,
} from '../../../../src/manifest-compiler/expressions/index.ts';

export const scope: ScopeNames = {
  variables: ['task', 'input', 'stages', 'output'],
  stages: ['gather', 'review-code', 'plan'],
};

export const values: ScopeValues = {
  task: { id: 't-1' },
  input: { list: [1, 2, 3], items: [{ a: 1 }, { a: 2, b: null }], text: 'hello', n: 3 },
  stages: { gather: { output: { summary: 'short' } }, 'review-code': { output: { approved: true } } },
  output: { count: 1, score: 0.9, kind: 'bug' },
};

export function evaluate(source: string, given: ScopeValues = values): Json {
  const result = compileExpression(source, scope);
  if (!result.ok) throw new Error(`${source}: ${result.fault.message}`);
  return result.expression.evaluate(given);
}

export function faultOf(source: string, names: ScopeNames = scope): ExpressionFault | undefined {
  const result = compileExpression(source, names);
  return result.ok ? undefined : result.fault;
}

/** The failure that the work throws; anything else that it throws goes through. */
export function failureFrom(work: () => unknown): Failure | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return failure;
  }
}
