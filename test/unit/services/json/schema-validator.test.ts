import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import { createSchemaValidator, type SchemaValidator } from '../../../../src/services/json/index.ts';

const step = {
  type: 'object',
  properties: { id: { type: 'string' }, next: { $ref: '#' }, plan: { $ref: 'Plan' } },
  required: ['id'],
  additionalProperties: false,
};
const plan = {
  type: 'object',
  properties: { steps: { type: 'array', items: { $ref: 'schemas/Step.json' } }, count: { type: 'integer' } },
  required: ['steps'],
};
const validator = (): SchemaValidator => createSchemaValidator({ Step: step, Plan: plan });

describe('validate', () => {
  it('finds nothing in a value that fits, by any of the names of a schema', () => {
    const value = { steps: [{ id: 'a', next: { id: 'b', plan: { steps: [] } } }] };
    for (const name of ['Plan', 'Plan.json', './Plan.json', 'schemas/Plan.json']) {
      expect(validator().validate(name, value)).toEqual([]);
    }
  });

  it('lists every finding with its place, rule, sentence and value', () => {
    const value = { steps: [{ id: 3, extra: 'x' }, { next: { id: 'b' } }] };
    expect(validator().validate('Plan', value)).toEqual([
      {
        path: '/steps/0/extra',
        rule: 'additionalProperties',
        message: '"/steps/0/extra" is not declared in the schema.',
        value: 'x',
      },
      { path: '/steps/0/id', rule: 'type', message: '"/steps/0/id" must be a string.', value: 3 },
      { path: '/steps/1/id', rule: 'required', message: '"/steps/1/id" is missing.' },
    ]);
  });

  it('never coerces and never changes the value or the schema', () => {
    const schema = {
      type: 'object',
      properties: { count: { type: 'integer', default: 3 } },
      additionalProperties: false,
    };
    const value = Object.freeze({ count: '3' });
    const before = structuredClone(schema);
    expect(validator().validate(schema, value)).toEqual([
      { path: '/count', rule: 'type', message: '"/count" must be a whole number.', value: '3' },
    ]);
    expect(validator().validate(schema, Object.freeze({}))).toEqual([]);
    expect(schema).toEqual(before);
  });

  it('refuses integers that have been rounded', () => {
    expect(validator().validate('Plan', { steps: [], count: 2 ** 53 })).toEqual([
      { path: '/count', rule: 'maximum', message: '"/count" must be at most 9007199254740991.', value: 2 ** 53 },
    ]);
  });

  it('does not take inherited members for members', () => {
    const schema = { type: 'object', required: ['toString'], properties: { toString: { type: 'string' } } };
    expect(validator().validate(schema, {})).toEqual([
      { path: '/toString', rule: 'required', message: '"/toString" is missing.' },
    ]);
  });

  it('gives up on a value that is too deep, and on one that fits too many branches', () => {
    let deep: unknown = [];
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(validator().validate(true, deep)).toEqual([
      { path: '', rule: 'extent', message: 'The value is nested more than 1,000 levels deep.' },
    ]);
    const branch = { type: 'object', properties: { next: { $ref: '#' } }, required: ['end'] };
    const forked = { anyOf: [branch, branch, { type: 'null' }] };
    let chain: unknown = {};
    for (let level = 0; level < 60; level += 1) chain = { next: chain, end: 1 };
    expect(validator().validate(forked, chain)).toEqual([
      { path: '', rule: 'extent', message: 'The value is too involved to be checked against the schema.' },
    ]);
  });

  it('fails for a schema that does not exist or does not compile', () => {
    const failures = ['Plam', { type: 'strng' }].map((schema) => {
      try {
        return validator().validate(schema, 1);
      } catch (error) {
        return failureOf(error);
      }
    });
    expect(failures).toEqual([
      {
        code: 'config.invalid',
        message: 'Schema "Plam" cannot be used. There is no schema named "Plam"; did you mean "Plan"?',
      },
      {
        code: 'config.invalid',
        message:
          'The schema cannot be used. "/type" must be one of "array", "boolean", "integer", "null", "number", "object", "string".',
      },
    ]);
  });
});

describe('check', () => {
  it.each([
    ['Plan', undefined],
    [true, undefined],
    [{ 'x-note': 1, example: 2, type: 'string' }, undefined],
    [{ requred: ['a'] }, 'At "/", "requred" is no keyword of JSON Schema; did you mean "required"?'],
    [
      { properties: { a: { foo: 1 } } },
      'At "/properties/a", "foo" is no keyword of JSON Schema; call your own keywords "x-…".',
    ],
    [{ $ref: '#' }, 'It refers to itself without end.'],
    [{ $ref: '#/$defs/a' }, '"$ref" is "#/$defs/a", and nothing is there.'],
    [{ $ref: 'https://example.org/a.json' }, 'At "/", there is no schema named "https://example.org/a.json".'],
    [{ type: 'string', format: 'datte' }, 'At "/format", "datte" is no known format.'],
    [
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      'At "/", "http://json-schema.org/draft-04/schema#" is no supported dialect; use "https://json-schema.org/draft/2020-12/schema".',
    ],
  ])('says of %j what is wrong', (schema, problem) => {
    expect(validator().check(schema)).toBe(problem);
  });

  it('refuses a schema that is nested too deeply', () => {
    let schema = {};
    for (let level = 0; level < 5_000; level += 1) schema = { not: schema };
    expect(validator().check(schema)).toBe('It is nested more than 200 levels deep.');
  });
});

it('bundles a schema with all it refers to, so that a provider needs no other', () => {
  expect(validator().bundle('Plan')).toEqual({
    ...plan,
    properties: { ...plan.properties, steps: { type: 'array', items: { $ref: '#/$defs/Step' } } },
    $defs: {
      Step: { ...step, properties: { id: { type: 'string' }, next: { $ref: '#/$defs/Step' }, plan: { $ref: '#' } } },
    },
  });
});

it('reads the tuples of older drafts', () => {
  const old = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    items: [{ type: 'string' }],
    additionalItems: false,
    type: 'array',
  };
  expect(validator().bundle(old)).toEqual({ type: 'array', prefixItems: [{ type: 'string' }], items: false });
  expect(validator().validate(old, ['a'])).toEqual([]);
});
