import { EvaluationError, ParseError, TypeError as CelTypeError, type Environment } from '@marcbachmann/cel-js';
import type { CelNode } from './cel-tree.ts';
import { listNames, nearestName } from './suggestion.ts';
import { hasStage } from './scope-check.ts';
import type { ExpressionFault, ScopeNames, ScopeVariable } from './types.ts';

const tokenWords: Readonly<Record<string, string>> = {
  EOF: 'the end of the expression',
  NUMBER: 'a number',
  STRING: 'a text',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  BYTES: 'bytes',
  PLUS: '"+"',
  MINUS: '"-"',
  MULTIPLY: '"*"',
  DIVIDE: '"/"',
  MODULO: '"%"',
  EQ: '"=="',
  NE: '"!="',
  LT: '"<"',
  LE: '"<="',
  GT: '">"',
  GE: '">="',
  AND: '"&&"',
  OR: '"||"',
  NOT: '"!"',
  IN: '"in"',
  LPAREN: '"("',
  RPAREN: '")"',
  LBRACKET: '"["',
  RBRACKET: '"]"',
  LBRACE: '"{"',
  RBRACE: '"}"',
  DOT: '"."',
  COMMA: '","',
  COLON: '":"',
  QUESTION: '"?"',
};

const wordHints: Readonly<Record<string, string>> = {
  '=': 'Use "==" to compare.',
  '=<': 'Write "<=".',
  '=>': 'Write ">=".',
  '=!': 'Write "!=".',
  and: 'Write "&&".',
  or: 'Write "||".',
  not: 'Write "!".',
  is: 'Use "==" to compare.',
  '&': 'Write "&&".',
  '|': 'Write "||"; CEL has no filters.',
  '`': 'Write texts in double or single quotes.',
};

const everyVariable: readonly ScopeVariable[] = [
  'task',
  'input',
  'stages',
  'output',
  'error',
  'item',
  'index',
  'iteration',
  'arrivals',
];

export interface FaultPlace {
  readonly source: string;
  readonly scope: ScopeNames;
  readonly environment: Environment;
}

type CelError = ParseError | CelTypeError | EvaluationError;

export function isCelError(error: unknown): error is CelError {
  return error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
}

/** Says in words of manifests what the library found. */
export function faultOf(error: unknown, place: FaultPlace): ExpressionFault {
  const whole = { start: 0, end: place.source.length };
  if (!isCelError(error)) {
    return { message: 'The expression is too complex.', hint: 'Split it, or do the work in a tool.', ...whole };
  }
  const range = rangeOf(error, place.source);
  switch (error.code) {
    case 'unknown_variable':
      return { ...unknownVariable(place, place.source.slice(range.start, range.end)), ...range };
    case 'no_matching_overload':
      return { ...unknownFunction(error, place.environment), ...range };
    case 'limit_exceeded':
      return { message: 'The expression is too complex.', hint: 'Split it, or do the work in a tool.', ...range };
    case 'incompatible_ternary_branches':
      return { message: sentence(error.summary), hint: 'Put dyn(…) around one of the branches.', ...range };
    case 'unexpected_character':
      return { ...unexpected(place.source.slice(range.start, range.end), place.source[range.end]), ...range };
    case 'invalid_macro_argument':
      return { ...explainMacro(error.summary), ...range };
    case 'unexpected_token':
      return { message: sentence(error.summary.replace('Unexpected token:', 'Expected a value, got')), ...range };
    default:
      return { message: sentence(error.summary), ...range };
  }
}

function rangeOf(error: CelError, source: string): { readonly start: number; readonly end: number } {
  const { start, end } = error.range ?? { start: 0, end: source.length };
  const from = Math.min(Math.max(start, 0), source.length);
  return { start: from, end: Math.min(Math.max(end, from), source.length) };
}

function explainMacro(summary: string): { readonly message: string; readonly hint: string } {
  return summary.startsWith('has(')
    ? { message: 'has() takes a field.', hint: 'Write has(a.b).' }
    : { message: 'The loop variable is not a name.', hint: 'Write list.map(x, x.name).' };
}

function unexpected(text: string, next: string | undefined): { readonly message: string; readonly hint?: string } {
  if (text === '$') return { message: 'Unexpected "$".', hint: 'Write the expression alone, without "${{" and "}}".' };
  const both = `${text}${next ?? ''}`;
  const hint = [both, text].flatMap((words) => (Object.hasOwn(wordHints, words) ? [wordHints[words]] : []))[0];
  return { message: `Unexpected ${JSON.stringify(text)}.`, ...(hint === undefined ? {} : { hint }) };
}

export function unknownVariable(place: Pick<FaultPlace, 'scope'>, name: string): { message: string; hint: string } {
  const { scope } = place;
  const { variables } = scope;
  const inScope = `Use what is in scope: ${listNames(variables)}.`;
  if (everyVariable.some((variable) => variable === name)) {
    return { message: `"${name}" has no value at this place.`, hint: inScope };
  }
  const message = `"${name}" is not in scope.`;
  if (hasStage(scope, name)) return { message, hint: `Write stages.${name}.output to read the output of that stage.` };
  const nearest = nearestName(name, variables);
  return { message, hint: nearest === undefined ? inScope : `Did you mean "${nearest}"? ${inScope}` };
}

function unknownFunction(error: CelError, environment: Environment): { message: string; hint?: string } {
  const name = error instanceof CelTypeError ? calledName(error.node) : undefined;
  const functions = environment.getDefinitions().functions.map((definition) => definition.name);
  if (name === undefined || functions.includes(name)) {
    return {
      message: sentence(error.summary),
      hint: 'Convert with int(), double() or string(), or check the number of arguments.',
    };
  }
  const nearest = nearestName(name, [...new Set(functions)]);
  const message = `There is no function "${name}".`;
  return nearest === undefined ? { message } : { message, hint: `Did you mean "${nearest}"?` };
}

function calledName(node: CelNode | undefined): string | undefined {
  return node?.op === 'call' || node?.op === 'rcall' ? node.args[0] : undefined;
}

/** The library's summary as a sentence, with its type and token names in plain words. */
export function sentence(summary: string): string {
  const plain = summary
    .replaceAll(/\b[A-Z]{2,}\b/gu, (word) => (Object.hasOwn(tokenWords, word) ? (tokenWords[word] ?? word) : word))
    .replaceAll(/dyn<(\w+)>/gu, '$1')
    .replaceAll(/__(\w+)/gu, '$1')
    .replaceAll(/\bdouble\b/gu, 'number')
    .replaceAll(/\bdyn\b/gu, 'any')
    .replaceAll("'", '"');
  const text = plain.charAt(0).toUpperCase() + plain.slice(1);
  return text.endsWith('.') ? text : `${text}.`;
}
