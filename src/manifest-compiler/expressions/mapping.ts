import type { ProblemPath } from '../../errors/index.ts';
import { failureError } from '../../errors/index.ts';
import { compileExpression } from './expression.ts';
import { defineOwn } from './json-result.ts';
import { sourceLimits, workLimits } from './limits.ts';
import { scanText, type TextPart } from './mapping-text.ts';
import type { ExpressionFault, Json, MappingFault, MappingResult, ScopeNames, ScopeValues } from './types.ts';

/** A part of a mapping: a frozen value, or what gives the value. */
type Part =
  | { readonly constant: true; readonly value: Json }
  | { readonly constant: false; readonly evaluate: (scope: ScopeValues) => Json };

interface Work {
  readonly scope: ScopeNames;
  readonly stages: Set<string>;
  readonly faults: MappingFault[];
}

/** Compiles every expression in a JSON value and reports all faults. A part with a fault fails when it is evaluated. */
export function compileMapping(value: Json, scope: ScopeNames): MappingResult {
  const work: Work = { scope, stages: new Set(), faults: [] };
  const part = compilePart(work, value, []);
  const evaluate = part.constant ? () => part.value : part.evaluate;
  return { mapping: { stages: [...work.stages], constant: part.constant, evaluate }, faults: work.faults };
}

function compilePart(work: Work, value: Json, path: ProblemPath): Part {
  if (typeof value === 'string') return compileText(work, value, path);
  if (typeof value !== 'object' || value === null) return { constant: true, value };
  if (path.length >= sourceLimits.mappingDepth) {
    return report(work, path, { message: 'The value is nested too deeply.', hint: 'Flatten it.', start: 0, end: 0 });
  }
  if (Array.isArray(value)) return joinList(value.map((item, index) => compilePart(work, item, [...path, index])));
  return joinObject(
    Object.entries(value).map(([key, item]) => {
      checkKey(work, key, [...path, key]);
      return [key, compilePart(work, item, [...path, key])] as const;
    }),
  );
}

function joinList(parts: readonly Part[]): Part {
  const constants = parts.flatMap((part) => (part.constant ? [part.value] : []));
  if (constants.length === parts.length) return { constant: true, value: freeze(constants) };
  return { constant: false, evaluate: (scope) => parts.map((part) => valueOf(part, scope)) };
}

function joinObject(parts: readonly (readonly [string, Part])[]): Part {
  const build = (scope: ScopeValues): Json => {
    const result: Record<string, Json> = {};
    for (const [key, part] of parts) {
      if (key === '__proto__') defineOwn(result, key, valueOf(part, scope));
      else result[key] = valueOf(part, scope);
    }
    return result;
  };
  return parts.every(([, part]) => part.constant)
    ? { constant: true, value: freeze(build({})) }
    : { constant: false, evaluate: build };
}

function valueOf(part: Part, scope: ScopeValues): Json {
  return part.constant ? part.value : part.evaluate(scope);
}

/** Its parts are frozen already: they were built from the leaves up. */
function freeze(value: Json): Json {
  Object.freeze(value);
  return value;
}

function checkKey(work: Work, key: string, path: ProblemPath): void {
  const start = key.indexOf('${{');
  if (start === -1) return;
  const hint = 'Put the expression into the value, or build the whole map with one expression.';
  const fault = { message: 'A key cannot hold an expression.', hint, start, end: key.length };
  work.faults.push({ path, at: 'key', fault });
}

function compileText(work: Work, text: string, path: ProblemPath): Part {
  const scan = scanText(text);
  if (!scan.ok) {
    const message = 'A "${{" is never closed by "}}".';
    const hint = 'Add "}}", check the quotes and braces before it, or write "$${{" to mean the characters.';
    return report(work, path, { message, hint, start: scan.start, end: text.length });
  }
  const parts = scan.parts.map((part) => compileTextPart(work, part, path));
  const [only] = parts;
  if (only === undefined) return { constant: true, value: '' };
  if (parts.length === 1) return only;
  return { constant: false, evaluate: (scope) => joinText(parts, scope) };
}

function compileTextPart(work: Work, part: TextPart, path: ProblemPath): Part {
  if (part.kind === 'text') return { constant: true, value: part.text };
  const result = compileExpression(part.source, work.scope);
  if (!result.ok) {
    const { start, end } = result.fault;
    return report(work, path, { ...result.fault, start: start + part.start, end: end + part.start });
  }
  const { expression } = result;
  for (const stage of expression.stages) work.stages.add(stage);
  return { constant: false, evaluate: (scope) => expression.evaluate(scope) };
}

function joinText(parts: readonly Part[], scope: ScopeValues): string {
  let text = '';
  for (const part of parts) {
    const value = valueOf(part, scope);
    text += typeof value === 'string' ? value : JSON.stringify(value);
    if (text.length > workLimits.resultCharacters) {
      throw failureError({
        code: 'config.expression',
        message: `A text with expressions in it grew beyond ${workLimits.resultCharacters} characters.`,
        hint: 'Put less into it.',
      });
    }
  }
  return text;
}

function report(work: Work, path: ProblemPath, fault: ExpressionFault): Part {
  work.faults.push({ path, fault });
  return {
    constant: false,
    evaluate: () => {
      throw failureError({
        code: 'config.expression',
        message: fault.message,
        ...(fault.hint === undefined ? {} : { hint: fault.hint }),
      });
    },
  };
}
