import type { ErrorObject } from 'ajv/dist/2020.js';
import { escapePointer } from './schema-walk.ts';

/** One way in which a value does not fit its schema. */
export interface SchemaFinding {
  /** JSON pointer to the culprit; "" is the whole value. */
  readonly path: string;
  /** The keyword of JSON Schema that was broken. */
  readonly rule: string;
  /** One full sentence. */
  readonly message: string;
  /** What stands there; absent when the fault is that nothing does. */
  readonly value?: unknown;
}

type Params = Readonly<Record<string, unknown>>;

/** What each rule asks for, as the end of the sentence "… ". */
const demands: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => `must be ${alternatives(type)}`,
  enum: ({ allowedValues }) => `must be one of ${listed(allowedValues)}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `must be more than ${String(limit)}`,
  exclusiveMaximum: ({ limit }) => `must be less than ${String(limit)}`,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`,
  minLength: ({ limit }) => `must have at least ${counted(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${counted(limit, 'character')}`,
  minItems: ({ limit }) => `must have at least ${counted(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${counted(limit, 'item')}`,
  minProperties: ({ limit }) => `must have at least ${counted(limit, 'field')}`,
  maxProperties: ({ limit }) => `must have at most ${counted(limit, 'field')}`,
  pattern: ({ pattern }) => `must match the pattern ${String(pattern)}`,
  format: ({ format }) => `must be a valid ${String(format)}`,
  uniqueItems: () => 'must not hold the same item twice',
  contains: () => 'must hold the item that is asked for',
  anyOf: () => 'must fit one of the allowed forms',
  oneOf: () => 'must fit exactly one of the allowed forms',
  not: () => 'must not have this form',
  'false schema': () => 'is not allowed',
};

export function findingOf(error: ErrorObject): SchemaFinding {
  const params: Params = error.params;
  const { instancePath, keyword } = error;
  const { missingProperty, additionalProperty, unevaluatedProperty } = params;
  if (keyword === 'required' && typeof missingProperty === 'string') {
    const path = below(instancePath, missingProperty);
    return { path, rule: keyword, message: `${subject(path)} is missing.` };
  }
  const surplus = additionalProperty ?? unevaluatedProperty;
  if (typeof surplus === 'string') {
    const path = below(instancePath, surplus);
    return {
      path,
      rule: keyword,
      message: `${subject(path)} is not declared in the schema.`,
      ...memberOf(error.data, surplus),
    };
  }
  const demand = demands[keyword]?.(params) ?? error.message ?? `breaks the rule "${keyword}"`;
  return { path: instancePath, rule: keyword, message: `${subject(instancePath)} ${demand}.`, value: error.data };
}

/** Findings without repetitions, in the order they were met. */
export function distinct(findings: readonly SchemaFinding[], most: number): SchemaFinding[] {
  const byText = new Map(findings.map((finding) => [`${finding.path} ${finding.message}`, finding]));
  return [...byText.values()].slice(0, most);
}

function subject(path: string): string {
  return path === '' ? 'The value' : `"${path.length > 200 ? `${path.slice(0, 199)}…` : path}"`;
}

function below(path: string, key: string): string {
  return `${path}/${escapePointer(key)}`;
}

function memberOf(value: unknown, key: string): { value: unknown } | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(Object(value), key);
  return descriptor === undefined ? undefined : { value: descriptor.value };
}

const articles: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

function alternatives(type: unknown): string {
  const types: unknown[] = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => articles[String(name)] ?? String(name)).join(' or ');
}

function listed(values: unknown): string {
  const texts = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : [];
  return texts.length > 12 ? `${texts.slice(0, 12).join(', ')} and ${texts.length - 12} more` : texts.join(', ');
}

function counted(count: unknown, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
