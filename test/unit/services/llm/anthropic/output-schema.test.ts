import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../../../src/manifest/index.ts';
import { anthropicSchema } from '../../../../../src/services/llm/anthropic/output-schema.ts';

const objectOf = (properties: Readonly<Record<string, JsonSchema>>) => ({
  type: 'object',
  properties: { ...properties },
});
const asked = (part: JsonSchema, definitions: Readonly<Record<string, JsonSchema>> = {}) =>
  anthropicSchema({ ...objectOf({ part }), $defs: { ...definitions } });
const closed = (properties: Readonly<Record<string, JsonSchema>>) => ({
  ...objectOf(properties),
  additionalProperties: false,
});

describe('a schema for constrained decoding', () => {
  it.each<[string, JsonSchema, JsonSchema]>([
    ['keeps a type', { type: 'integer' }, { type: 'integer' }],
    [
      'keeps titles and descriptions',
      { type: 'null', title: 'T', description: 'D' },
      { type: 'null', title: 'T', description: 'D' },
    ],
    ['keeps a format that it knows', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
    [
      'tells the model what it cannot ask for',
      { type: 'string', description: 'A code.', pattern: '^a', format: 'regex', $comment: 'none' },
      { type: 'string', description: 'A code.\n{"pattern":"^a","format":"regex"}' },
    ],
    ['keeps plain values', { type: 'string', enum: ['a', 1, null] }, { enum: ['a', 1, null] }],
    ['keeps one value', { const: 5, default: 5 }, { const: 5, description: '{"default":5}' }],
    [
      'writes several types as alternatives',
      { type: ['string', 'null'], maxLength: 3 },
      { anyOf: [{ type: 'string', description: '{"maxLength":3}' }, { type: 'null' }] },
    ],
    ['knows nullable', { type: 'boolean', nullable: true }, { anyOf: [{ type: 'boolean' }, { type: 'null' }] }],
    [
      'writes oneOf as anyOf',
      { oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Either.' },
      { anyOf: [{ type: 'string' }, { type: 'number' }], description: 'Either.' },
    ],
    [
      'gives alternatives the type that they share',
      { type: 'string', anyOf: [{ format: 'date' }] },
      { anyOf: [{ type: 'string', format: 'date' }] },
    ],
    [
      'keeps lists and whether they may be empty',
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 4 },
      { type: 'array', items: { type: 'string' }, minItems: 1, description: '{"maxItems":4}' },
    ],
    [
      'closes objects',
      { ...objectOf({ a: { type: 'string' } }), required: ['a'], minProperties: 1 },
      { ...closed({ a: { type: 'string' } }), required: ['a'], description: '{"minProperties":1}' },
    ],
    ['keeps an object without fields', { type: 'object', additionalProperties: false }, closed({})],
    ['sees a type that goes without saying', { properties: { a: { type: 'null' } } }, closed({ a: { type: 'null' } })],
    ['takes a list of one apart', { allOf: [{ type: 'string' }], title: 'T' }, { type: 'string', title: 'T' }],
  ])('%s', (_, given, expected) => {
    expect(asked(given)).toEqual(closed({ part: expected }));
  });

  it('keeps definitions, whatever they are called', () => {
    const schema = {
      ...objectOf({ a: { $ref: '#/$defs/name' }, b: { $ref: '#/definitions/age', description: 'old' } }),
      $defs: { name: { type: 'string' } },
      definitions: { age: { type: 'integer' } },
    };
    expect(anthropicSchema(schema)).toEqual({
      ...closed({ a: { $ref: '#/$defs/name' }, b: { $ref: '#/$defs/age' } }),
      $defs: { name: { type: 'string' }, age: { type: 'integer' } },
    });
  });

  it('does not touch the schema that it is given', () => {
    const schema = { ...objectOf({ a: { type: 'string', minLength: 1 } }), $schema: 'https://json-schema.org/' };
    const before = structuredClone(schema);
    expect(anthropicSchema(schema)).toEqual(closed({ a: { type: 'string', description: '{"minLength":1}' } }));
    expect(schema).toEqual(before);
  });

  it.each<[string, JsonSchema]>([
    ['any value', true],
    ['no value', false],
    ['a value of any type', {}],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
    ['a map by patterns', { ...objectOf({ a: { type: 'string' } }), patternProperties: { '^x': { type: 'string' } } }],
    ['an object with more than its fields', { ...objectOf({ a: { type: 'string' } }), additionalProperties: true }],
    ['any object', { type: 'object' }],
    ['any list', { type: 'array' }],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'string' } }],
    ['an object made of two', { allOf: [objectOf({ a: { type: 'string' } }), objectOf({ b: { type: 'string' } })] }],
    ['fields beside alternatives', { ...objectOf({ a: { type: 'string' } }), anyOf: [{ required: ['a'] }] }],
    ['alternatives of which one is open', { anyOf: [{ type: 'string' }, {}] }],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema' }],
    ['a reference with more to it', { $ref: '#/$defs/text', minLength: 1 }],
    ['a definition that leads back to itself', { $ref: '#/$defs/tree' }],
  ])('is left out for %s', (_, part) => {
    const tree = objectOf({ children: { type: 'array', items: { $ref: '#/$defs/tree' } } });
    const definitions = JSON.stringify(part).includes('tree') ? { tree } : { text: { type: 'string' } };
    expect(asked(part, definitions)).toBe(undefined);
  });

  it.each<[string, JsonSchema]>([
    ['a text', { type: 'string' }],
    ['alternatives', { anyOf: [objectOf({})] }],
    ['nothing said', true],
  ])('is left out where its root is %s', (_, schema) => {
    expect(anthropicSchema(schema)).toBe(undefined);
  });
});
