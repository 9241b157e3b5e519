import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../../src/manifest/index.ts';
import type { SchemaValue } from '../../../../src/services/json/schema-walk.ts';
import { isPlainSchema } from '../../../../src/services/json/plain-schema.ts';

const ajv = new Ajv2020({ strict: false, logger: false });
formats.default(ajv);

const keywords = (
  '$defs $ref $schema additionalProperties allOf anyOf const default description enum examples exclusiveMaximum exclusiveMinimum format ' +
  'items maxItems maxLength maxProperties maximum minItems minLength minProperties minimum not oneOf pattern properties required title type uniqueItems'
).split(' ');

const { schema: anySchema } = fc.letrec<{
  readonly schema: JsonSchema;
  readonly value: SchemaValue;
}>((tie) => ({
  value: fc.oneof(
    fc.constantFrom(
      null,
      true,
      0,
      1.5,
      -1,
      'string',
      'integer',
      'a(b',
      String.raw`a\Z`,
      '#/$defs/a',
      'https://json-schema.org/draft/2020-12/schema',
    ),
    fc.array(fc.constantFrom('string', 'null', 'a', 1), { maxLength: 3 }),
    fc.array(tie('schema'), { maxLength: 2 }),
    tie('schema'),
    fc.dictionary(fc.constantFrom('a', 'type'), tie('schema'), { maxKeys: 2 }),
  ),
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.boolean(),
    fc.dictionary(fc.constantFrom(...keywords), tie('value'), { maxKeys: 3 }),
  ),
}));

describe('a schema that is surely one', () => {
  it.each<JsonSchema>([
    true,
    {
      type: 'object',
      properties: { text: { type: ['string', 'null'], minLength: 1, pattern: '^[a-z]+$' } },
      required: ['text'],
    },
    {
      $defs: { Item: { enum: ['a', 1] } },
      type: 'array',
      items: { $ref: '#/$defs/Item' },
      minItems: 1,
      uniqueItems: true,
    },
    { anyOf: [{ const: null }, { not: { type: 'number', minimum: 0, exclusiveMaximum: 1.5 } }] },
  ])('is told for %j', (schema) => {
    expect(isPlainSchema(schema)).toBe(true);
  });

  it.each<JsonSchema>([
    { type: 'text' },
    { type: [] },
    { required: ['a', 'a'] },
    { minLength: -1 },
    { maxItems: 1.5 },
    { properties: { text: 'string' } },
    { anyOf: [] },
    { pattern: '(' },
    { minimun: 1 },
    { $schema: 'http://json-schema.org/draft-07/schema#' },
  ])('is not told for %j', (schema) => {
    expect(isPlainSchema(schema)).toBe(false);
  });

  it('is one to the schema of schemas', () => {
    const wrong = fc
      .sample(anySchema, 300)
      .filter((schema) => isPlainSchema(schema) && ajv.validateSchema(schema) !== true);
    expect(wrong).toEqual([]);
  });
});
