import { failureError } from '../../errors/index.ts';
import type { JsonSchema, SchemaReference } from '../../manifest/index.ts';
import { compileSchema, type Check } from './compile-schema.ts';
import type { SchemaFinding } from './finding.ts';
import { readAnswer, readParsed, type ReadOptions } from './read-answer.ts';
import { refusalFailure } from './refusal-failure.ts';
import { bundleSchema, schemaName, unknownSchema, type NamedSchemas } from './schema-bundle.ts';
import { targetOf, type Target } from './target.ts';
import { maxSchemaDepth, nestingProblem } from './schema-walk.ts';
import { measure } from './value-extent.ts';
import type { Repaired, Verdict } from './verdict.ts';

/** A schema, or the name of one. */
export type SchemaLike = JsonSchema | SchemaReference;

export interface SchemaValidator {
  /** What is wrong with a schema, as one sentence; undefined when it compiles. */
  check(schema: SchemaLike): string | undefined;
  /** Empty when the value fits. Never coerces, never changes the value; throws a `config.invalid` failure for a broken schema. */
  validate(reference: SchemaLike, value: unknown): SchemaFinding[];
  /** The value that a text stands for, repaired where that is safe, or why it has none. Throws for a broken schema as `validate` does. */
  judge(raw: string, reference: SchemaLike, options?: ReadOptions): Verdict;
  /** The same for a value that somebody else has parsed: only the schema can help. */
  judgeValue(value: unknown, reference: SchemaLike): Verdict;
  /** As `judge`, but an answer that is refused is thrown as a failure of category `json`. */
  readJson(raw: string, reference: SchemaLike, options?: ReadOptions): Repaired;
  /** The schema with all it refers to in its `$defs`, for a model provider. Throws as `validate` does. */
  bundle(reference: SchemaLike): JsonSchema;
}

interface Compiled {
  readonly schema: JsonSchema;
  readonly check: Check;
  /** Made when a text is read against the schema for the first time: most schemas are only checked. */
  readonly target: () => Target;
}
type Outcome = Compiled | { readonly problem: string };

/** Checks values against named and inline schemas of draft 2020-12. Schemas are compiled when they are first used. */
export function createSchemaValidator(schemas: Readonly<Record<string, JsonSchema>>): SchemaValidator {
  const named: NamedSchemas = new Map(Object.entries(schemas));
  const byName = new Map<string, Outcome>();
  const byObject = new WeakMap<object, Outcome>();

  const outcomeOf = (reference: SchemaLike): Outcome => {
    if (typeof reference === 'boolean') return compileSafely(reference, named);
    if (typeof reference === 'object') {
      const outcome = byObject.get(reference) ?? compileSafely(reference, named);
      byObject.set(reference, outcome);
      return outcome;
    }
    const name = schemaName(reference, named);
    const schema = name === undefined ? undefined : named.get(name);
    if (name === undefined || schema === undefined) return { problem: capitalised(unknownSchema(reference, named)) };
    const outcome = byName.get(name) ?? compileSafely(schema, named, name);
    byName.set(name, outcome);
    return outcome;
  };
  const compiled = (reference: SchemaLike): Compiled => {
    const outcome = outcomeOf(reference);
    if ('check' in outcome) return outcome;
    const which = typeof reference === 'string' ? `Schema "${reference}"` : 'The schema';
    throw failureError({ code: 'config.invalid', message: `${which} cannot be used. ${outcome.problem}` });
  };
  const judge = (raw: string, reference: SchemaLike, options: ReadOptions = {}): Verdict =>
    readAnswer(raw, compiled(reference).target(), options);

  return {
    check: (schema) => {
      const outcome = outcomeOf(schema);
      return 'problem' in outcome ? outcome.problem : undefined;
    },
    validate: (reference, value) => compiled(reference).check(value),
    judge,
    judgeValue: (value, reference) => readParsed(value, compiled(reference).target()),
    readJson: (raw, reference, options) => {
      const verdict = judge(raw, reference, options);
      if ('repair' in verdict) return verdict;
      throw failureError(refusalFailure(verdict));
    },
    bundle: (reference) => compiled(reference).schema,
  };
}

function compileSafely(schema: JsonSchema, named: NamedSchemas, name?: string): Outcome {
  try {
    if (measure(schema).depth > maxSchemaDepth) return { problem: nestingProblem };
    const bundle = bundleSchema(schema, named, name);
    if ('problem' in bundle) return { problem: capitalised(bundle.problem) };
    const { schema: whole } = bundle;
    const check = compileSchema(whole);
    let target: Target | undefined;
    return { schema: whole, check, target: () => (target ??= targetOf(whole, check)) };
  } catch (error) {
    return { problem: compileProblem(error) };
  }
}

const ajvMessages: readonly [RegExp, string][] = [
  [/^unknown format "(.*)" ignored in schema at path "#(.*)"$/u, 'at "$2/format", "$1" is no known format'],
  [/^can't resolve reference (\S*) from id .*$/u, '"$ref" is "$1", and nothing is there'],
  [/^strict mode: /u, ''],
];

function compileProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const found = ajvMessages.reduce((text, [pattern, words]) => text.replace(pattern, words), message);
  return capitalised(found.length > 300 ? `${found.slice(0, 299)}…` : found);
}

function capitalised(text: string): string {
  const sentence = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?!]$/u.test(sentence) ? sentence : `${sentence}.`;
}
