import { EvaluationError } from '@marcbachmann/cel-js';
import { failureError, failureOf } from '../../errors/index.ts';
import { isCelError, sentence } from './cel-faults.ts';
import type { CelNode } from './cel-tree.ts';

const shownCharacters = 120;

/** Codes whose summaries name types and positions, never values: values may be secrets. */
const safeSummaries: ReadonlySet<string> = new Set([
  'no_such_overload',
  'no_matching_overload',
  'invalid_condition_type',
  'invalid_logical_operand',
  'invalid_comprehension_range',
  'index_out_of_range',
  'division_by_zero',
  'modulo_by_zero',
  'unsupported_type',
]);

const hints: Readonly<Record<string, string>> = {
  no_such_overload: 'Compare and combine values of one type, or convert with int(), double() or string().',
  no_matching_overload: 'Check the types of its arguments, or convert with int(), double() or string().',
  invalid_condition_type: 'Write a comparison, such as x == "yes".',
  invalid_logical_operand: 'Write a comparison, such as x == "yes".',
};

/** How an expression is named in a message. */
export function quoteExpression(source: string): string {
  const line = source.trim().replaceAll(/\s+/gu, ' ');
  return `The expression "${line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line}"`;
}

/** What an evaluation throws: an error with a failure, whatever the library threw. */
export function evaluationFailure(error: unknown, source: string): Error {
  const expression = quoteExpression(source);
  const failure = failureOf(error);
  if (failure !== undefined) return failureError({ ...failure, details: { ...failure.details, expression: source } });
  const { message, hint } = describe(error);
  return failureError({
    code: 'config.expression',
    message: `${expression} ${message}`,
    ...(hint === undefined ? {} : { hint }),
    details: { expression: source },
  });
}

function describe(error: unknown): { readonly message: string; readonly hint?: string } {
  if (!isCelError(error)) return { message: 'could not be worked out: its values are too large or nested too deeply.' };
  const hint = Object.hasOwn(hints, error.code) ? hints[error.code] : undefined;
  switch (error.code) {
    case 'no_such_key':
      return missingField(
        error.summary.replace(/^No such key: /u, ''),
        error instanceof EvaluationError ? error.node : undefined,
      );
    case 'index_out_of_bounds':
      return { message: 'reads an item that is not in the list.', hint: 'Check size() of the list first.' };
    case 'unknown_variable':
      return { message: `reads "${error.summary.replace(/^Unknown variable: /u, '')}", which has no value here.` };
    case 'numeric_overflow':
      return { message: 'gives an integer that is too large.', hint: 'Use double() for large numbers.' };
    case 'invalid_regular_expression':
      return {
        message: `has a pattern that cannot be used. ${sentence(error.summary)}`,
        hint: 'Write the pattern as RE2 takes it.',
      };
    default:
      if (!safeSummaries.has(error.code)) return { message: 'was given a value that it cannot convert.' };
      return { message: `failed: ${sentence(error.summary)}`, ...(hint === undefined ? {} : { hint }) };
  }
}

function missingField(field: string, node: CelNode | undefined): { readonly message: string; readonly hint: string } {
  const path = pathOf(node);
  const shown = field.length > shownCharacters ? `${field.slice(0, shownCharacters)}…` : field;
  const stage = path?.[0] === 'stages' && path.length === 2 ? path[1] : undefined;
  if (stage !== undefined) {
    const question = stage.includes('-') ? `"${stage}" in stages` : `has(stages.${stage})`;
    return {
      message: `reads the stage "${stage}", which has no result.`,
      hint: `Ask ${question} first: a stage runs only when its branch is taken.`,
    };
  }
  if (path === undefined || path.length < 2) {
    return { message: `reads the field "${shown}", which is not there.`, hint: 'Ask has() or "in" first.' };
  }
  const whole = path.join('.');
  return {
    message: `reads "${whole}", but the field "${shown}" is not there.`,
    hint: `Ask has(${whole}) first, or give the field a value.`,
  };
}

/** `["output", "a", "b"]` for `output.a.b`, when the expression is a plain chain of names. */
function pathOf(node: CelNode | undefined): readonly string[] | undefined {
  if (node?.op === 'id') return [node.args];
  if (node?.op !== '.' && node?.op !== '[]') return undefined;
  const [object, member] = node.args;
  const path = pathOf(object);
  const name = typeof member === 'string' ? member : textOf(member);
  return path === undefined || name === undefined ? undefined : [...path, name];
}

function textOf(node: CelNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
