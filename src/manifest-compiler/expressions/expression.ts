import { environmentsFor, meter } from './cel-environment.ts';
import { evaluationFailure, quoteExpression } from './cel-failure.ts';
import { faultOf, isCelError, type FaultPlace } from './cel-faults.ts';
import { meteredSource } from './cel-printer.ts';
import { nodeBeyondDepth } from './cel-tree.ts';
import { toJson } from './json-result.ts';
import { sourceLimits } from './limits.ts';
import { checkScope } from './scope-check.ts';
import type { ExpressionResult, Json, ScopeNames, ScopeValues } from './types.ts';

type Evaluator = (values: ScopeValues) => unknown;

/** Parses and checks once, so that evaluating is quick. Gives the first fault it finds. */
export function compileExpression(source: string, scope: ScopeNames): ExpressionResult {
  if (source.length > sourceLimits.expressionCharacters) {
    const message = `The expression has ${source.length} characters where ${sourceLimits.expressionCharacters} are allowed.`;
    return { ok: false, fault: { message, hint: 'Split it, or do the work in a tool.', start: 0, end: source.length } };
  }
  if (source.trim() === '') {
    return {
      ok: false,
      fault: { message: 'The expression is empty.', hint: 'Write a CEL expression.', start: 0, end: source.length },
    };
  }
  const { written, metered } = environmentsFor(scope.variables);
  const place: FaultPlace = { source, scope, environment: written };
  const stages = new Set<string>();
  try {
    const parsed = written.parse(source);
    const deep = nodeBeyondDepth(parsed.ast, sourceLimits.expressionDepth);
    const { start, end } = deep ?? parsed.ast;
    if (deep !== undefined) {
      return {
        ok: false,
        fault: { message: 'The expression is nested too deeply.', hint: 'Split it, or use lists.', start, end },
      };
    }
    const fault = checkScope(parsed.ast, scope, stages);
    if (fault !== undefined) return { ok: false, fault };
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, fault: faultOf(checked.error, place) };
    const run: Evaluator = metered.parse(meteredSource(parsed.ast));
    return {
      ok: true,
      expression: {
        source,
        stages: [...stages],
        type: checked.type ?? 'dyn',
        evaluate: (values) => evaluate({ source, run }, values),
      },
    };
  } catch (error) {
    return { ok: false, fault: faultOf(error, place) };
  }
}

interface Program {
  readonly source: string;
  readonly run: Evaluator;
}

function evaluate(program: Program, values: ScopeValues): Json {
  try {
    meter.reset();
    const value = runProgram(program, values);
    meter.settle();
    return toJson(value, () => quoteExpression(program.source));
  } catch (error) {
    throw evaluationFailure(error, program.source);
  }
}

/** The library tells maps by their `constructor`, so an object with a field of that name is no map to it: such values go in as a Map. */
function runProgram({ run }: Program, values: ScopeValues): unknown {
  try {
    return run(values);
  } catch (error) {
    if (!isCelError(error) || error.code !== 'unsupported_type') throw error;
    meter.reset();
    return run(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, withMaps(value)])));
  }
}

function withMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMaps);
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return new Map(Object.entries(value).map(([name, part]) => [name, withMaps(part)]));
}
