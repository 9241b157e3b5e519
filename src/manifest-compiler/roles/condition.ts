import { failureError } from '../../errors/index.ts';
import type { CompiledExpression } from '../expressions/index.ts';
import type { Condition } from './role.ts';

/** An expression as a condition: what it gives has to be true or false. */
export function conditionOf(expression: CompiledExpression): Condition {
  return {
    holds(scope) {
      const verdict = expression.evaluate(scope);
      if (typeof verdict === 'boolean') return verdict;
      throw failureError({
        code: 'config.expression',
        message: `The condition "${expression.source}" gave ${verdict === null ? 'null' : `a ${typeof verdict}`}, where true or false is needed.`,
        hint: 'Write a comparison, such as "output.score >= 0.8".',
      });
    },
  };
}
