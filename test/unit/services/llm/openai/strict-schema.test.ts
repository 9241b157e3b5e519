import { expect, it } from 'vitest';
import type { JsonSchema } from '../../../../../src/manifest/index.ts';
import { repairAndValidate } from '../../../../../src/services/json/repair-and-validate.ts';
import { strictSchema } from '../../../../../src/services/llm/openai/strict-schema.ts';

type SchemaObject = Exclude<JsonSchema, boolean>;

/** An object with one required property. */
function holding(property: JsonSchema, more: SchemaObject = {}): SchemaObject {
  return { type: 'object', properties: { it: property }, required: ['it'], additionalProperties: false, ...more };
}

it('leaves a schema as it is that is strict already', () => {
  const schema = holding({ type: 'array', items: holding({ type: ['string', 'null'], description: 'A name.' }) });
  expect(strictSchema(schema)).toEqual(schema);
});

it('asks for optional properties as nullable ones, and closes every object', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      note: { type: 'string', description: 'Why.' },
      maybe: { type: ['integer', 'null'] },
      mood: { enum: ['good', 'bad'] },
      inner: { type: 'object', properties: { deep: { type: 'boolean' } } },
    },
    required: ['id'],
  };
  expect(strictSchema(schema)).toEqual({
    type: 'object',
    properties: {
      id: { type: 'string' },
      note: { anyOf: [{ type: 'string', description: 'Why.' }, { type: 'null' }] },
      maybe: { type: ['integer', 'null'] },
      mood: { anyOf: [{ type: 'string', enum: ['good', 'bad'] }, { type: 'null' }] },
      inner: {
        anyOf: [
          {
            type: 'object',
            properties: { deep: { anyOf: [{ type: 'boolean' }, { type: 'null' }] } },
            required: ['deep'],
            additionalProperties: false,
          },
          { type: 'null' },
        ],
      },
    },
    required: ['id', 'note', 'maybe', 'mood', 'inner'],
    additionalProperties: false,
  });
});

it('says in the description what strict mode has no keyword for', () => {
  const schema = holding({ type: 'string', description: 'A name.', minLength: 2, default: 'Ada', examples: ['Bo'] });
  expect(strictSchema(schema)).toEqual(
    holding({
      type: 'string',
      description: 'A name.\nFurther rules, as JSON Schema: {"minLength":2,"default":"Ada"}',
    }),
  );
  expect(strictSchema(holding({ type: 'array', items: { type: 'number' }, uniqueItems: true }))).toEqual(
    holding({
      type: 'array',
      items: { type: 'number' },
      description: 'Further rules, as JSON Schema: {"uniqueItems":true}',
    }),
  );
});

it.each<[string, JsonSchema, JsonSchema]>([
  ['a constant', { const: 'x' }, { type: 'string', enum: ['x'] }],
  ['the constant null', { const: null }, { type: 'null', enum: [null] }],
  ['values of two types', { enum: ['x', 1] }, { type: ['string', 'number'], enum: ['x', 1] }],
  [
    'one of several',
    { oneOf: [{ type: 'string' }, { type: 'null' }] },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
  ],
  [
    'a type that goes without saying',
    { properties: { a: { type: 'null' } }, required: ['a'] },
    {
      type: 'object',
      properties: { a: { type: 'null' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'an object without properties',
    { type: 'object', additionalProperties: false },
    {
      type: 'object',
      properties: {},
      required: [],
      additionalProperties: false,
    },
  ],
])('writes %s as strict mode takes it', (_name, property, strict) => {
  expect(strictSchema(holding(property))).toEqual(holding(strict));
});

it('keeps definitions and what refers to them', () => {
  const $defs = { Part: { type: 'object', properties: { next: { $ref: '#/$defs/Part', description: 'Or none.' } } } };
  expect(strictSchema(holding({ $ref: '#/$defs/Part' }, { $defs }))).toEqual({
    ...holding({ $ref: '#/$defs/Part' }),
    $defs: {
      Part: {
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#/$defs/Part' }, { type: 'null' }] } },
        required: ['next'],
        additionalProperties: false,
      },
    },
  });
});

it('puts an object in place of a reference at the root', () => {
  const definitions = { Plan: holding({ type: 'string' }) };
  expect(strictSchema({ $ref: '#/definitions/Plan', definitions })).toEqual({
    ...holding({ type: 'string' }),
    definitions,
  });
});

it('keeps a property that is named like a part of the language', () => {
  const properties = Object.fromEntries(['__proto__', '$ref'].map((name) => [name, { type: 'string' }]));
  const strict = strictSchema({ type: 'object', properties, required: ['__proto__', '$ref'] });
  expect(JSON.stringify(strict?.['properties'])).toBe(JSON.stringify(properties));
});

const deep = Array.from({ length: 12 }).reduce<SchemaObject>((inner) => holding(inner), { type: 'string' });
const wide = Object.fromEntries(Array.from({ length: 5_001 }, (_none, index) => [`p${index}`, { type: 'string' }]));
const many = Array.from({ length: 1_001 }, (_none, index) => `v${index}`);

it.each<[string, JsonSchema]>([
  ['anything', true],
  ['nothing', false],
  ['a list at the root', { type: 'array', items: { type: 'string' } }],
  ['alternatives at the root', { anyOf: [holding({ type: 'string' })] }],
  ['an open map', holding({ type: 'object' })],
  ['a map of numbers', holding({ type: 'object', additionalProperties: { type: 'number' } })],
  ['an object that is open on purpose', holding({ type: 'string' }, { additionalProperties: true })],
  ['any value', holding({})],
  ['any value, described', holding({ description: 'Whatever.' })],
  ['a list of anything', holding({ type: 'array' })],
  ['a tuple', holding({ type: 'array', prefixItems: [{ type: 'string' }], items: false })],
  ['a condition', holding({ type: 'string' }, { if: {}, else: {} })],
  ['an intersection', holding({ allOf: [{ type: 'string' }] })],
  ['alternatives beside properties', holding({ type: 'object', properties: {}, anyOf: [{ required: ['a'] }] })],
  ['a required property that is not declared', holding({ type: 'string' }, { required: ['it', 'other'] })],
  ['a reference to nowhere', holding({ $ref: '#/$defs/Missing' })],
  ['a reference to another file', holding({ $ref: 'other.json' })],
  ['a reference with rules beside it', holding({ $ref: '#', minProperties: 1 })],
  ['an enum of objects', holding({ enum: [{}] })],
  ['a definition that cannot be expressed', holding({ type: 'string' }, { $defs: { Any: {} } })],
  ['more levels than are taken', deep],
  ['more properties than are taken', { type: 'object', properties: wide }],
  ['more values than are taken', holding({ enum: many })],
])('does not express %s', (_name, schema) => {
  expect(strictSchema(schema)).toBe(undefined);
});

it('counts null for an optional property as absent, as answers in strict form have it', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      note: { type: 'string' },
      size: { type: 'integer', default: 3 },
      maybe: { type: ['string', 'null'] },
      inner: { type: 'object', properties: { deep: { enum: ['a'] } } },
    },
    required: ['id'],
    additionalProperties: false,
  };
  const text = '{"id": "x", "note": null, "size": null, "maybe": null, "inner": {"deep": null}}';
  const { value, repair } = repairAndValidate(text, schema);
  expect(value).toEqual({ id: 'x', size: 3, maybe: null, inner: {} });
  expect(repair.lossless).toBe(true);
});
