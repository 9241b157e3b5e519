import { Environment } from '@marcbachmann/cel-js';
import { sourceLimits } from './limits.ts';
import { registerMeteredFunctions } from './cel-methods.ts';
import { createStepMeter, type StepMeter } from './step-meter.ts';
import type { ScopeVariable } from './types.ts';

interface Environments {
  /** For what users write: standard CEL, and arithmetic that mixes integers with JSON's numbers. */
  readonly written: Environment;
  /** For what the printer writes: the same with its metering functions. */
  readonly metered: Environment;
}

export const meter: StepMeter = createStepMeter();

const writtenBase = withMixedNumbers(
  new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: sourceLimits.expressionNodes, maxDepth: sourceLimits.expressionDepth },
  }),
);
const meteredBase = writtenBase.clone({
  limits: { maxAstNodes: 4 * sourceLimits.expressionNodes, maxDepth: 6 * sourceLimits.expressionDepth },
});
registerMeteredFunctions(meteredBase, meter);

const known = new Map<string, Environments>();

/** Environments are dear to make and there are few sets of variables: they are kept. */
export function environmentsFor(variables: readonly ScopeVariable[]): Environments {
  const names = [...new Set(variables)].toSorted();
  const key = names.join(' ');
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const made = { written: writtenBase.clone(), metered: meteredBase.clone() };
  for (const name of names) {
    made.written.registerVariable(name, 'dyn');
    made.metered.registerVariable(name, 'dyn');
  }
  known.set(key, made);
  return made;
}

/** CEL keeps integers and doubles apart, JSON does not: `output.count + 1` has to work. */
function withMixedNumbers(environment: Environment): Environment {
  const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
    '%': (left, right) => left % right,
  };
  for (const [operator, compute] of Object.entries(operators)) {
    const handler = (left: number | bigint, right: number | bigint): number => compute(Number(left), Number(right));
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  environment.registerOperator('double % double: double', (left: number, right: number) => left % right);
  return environment;
}
