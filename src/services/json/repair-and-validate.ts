import { failureError } from '../../errors/index.ts';
import type { JsonSchema } from '../../manifest/index.ts';
import { refusalFailure } from './refusal-failure.ts';
import { readAnswer, readParsed, type ReadOptions } from './read-answer.ts';
import { compileTarget, type Target } from './target.ts';
import type { Repaired, Verdict } from './verdict.ts';

const targets = new WeakMap<object, Target>();

/**
 * The value that a text stands for, in the form that a JSON Schema (draft 2020-12) asks for. Changes how the data is
 * written, never what it says: every value handed on stands in the text or is a default of the schema. A text that can be
 * read in more than one way, is cut, or does not fit is refused with its category; so is a schema that does not compile,
 * as `config.invalid`.
 */
export function repairAndValidate(raw: string, schema: JsonSchema, options: ReadOptions = {}): Repaired {
  const verdict = judge(raw, schema, options);
  if ('repair' in verdict) return verdict;
  throw failureError(refusalFailure(verdict));
}

/** The same without throwing for texts: a value with its repairs, or the category and findings of what is wrong. */
export function judge(raw: string, schema: JsonSchema, options: ReadOptions = {}): Verdict {
  return readAnswer(raw, targetFor(schema), options);
}

/** The same for a value that somebody else has parsed, such as the arguments of a tool call: only the schema can help. */
export function judgeValue(value: unknown, schema: JsonSchema): Verdict {
  return readParsed(value, targetFor(schema));
}

function targetFor(schema: JsonSchema): Target {
  if (typeof schema === 'boolean') return compileTarget(schema);
  const target = targets.get(schema) ?? compileTarget(schema);
  targets.set(schema, target);
  return target;
}
