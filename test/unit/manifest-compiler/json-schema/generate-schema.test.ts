import { expect, it } from 'vitest';
import { z } from 'zod';
import { generateSchema } from '../../../../src/manifest-compiler/json-schema/generate-schema.ts';
import { createSchemaValidator } from '../../../../src/services/index.ts';

const Loose = z.record(z.string(), z.json());
const Leaf = z.strictObject({ type: z.literal('leaf'), size: z.int().min(1).max(9) });
const Twig = z.strictObject({
  type: z.literal('twig'),
  tip: Loose.optional().meta({
    schemaRef: 'part',
    description: 'What it ends in.',
    examples: [{ type: 'leaf', size: 1 }],
  }),
  tree: Loose.meta({ schemaRef: 'tree' }).optional(),
});
const Part = z.discriminatedUnion('type', [Leaf, Twig]).meta({ id: 'part' });
const Tree = z.strictObject({ parts: z.array(Part) });
const targets = { part: Part, tree: Tree, shrub: z.strictObject({ part: Part }) };

it('refers to what a loose field means, and defines each variant of a union by type', () => {
  expect(generateSchema({ schema: z.strictObject({ root: Part }), targets })).toEqual({
    type: 'object',
    properties: { root: { $ref: '#/$defs/part' } },
    required: ['root'],
    additionalProperties: false,
    $defs: {
      leaf_part: {
        type: 'object',
        properties: { type: { type: 'string', const: 'leaf' }, size: { type: 'integer', minimum: 1, maximum: 9 } },
        required: ['type', 'size'],
        additionalProperties: false,
      },
      part: { oneOf: [{ $ref: '#/$defs/leaf_part' }, { $ref: '#/$defs/twig_part' }] },
      tree: {
        type: 'object',
        properties: { parts: { type: 'array', items: { $ref: '#/$defs/part' } } },
        required: ['parts'],
        additionalProperties: false,
      },
      twig_part: {
        type: 'object',
        properties: {
          type: { type: 'string', const: 'twig' },
          tip: { description: 'What it ends in.', examples: [{ type: 'leaf', size: 1 }], $ref: '#/$defs/part' },
          tree: { $ref: '#/$defs/tree' },
        },
        required: ['type'],
        additionalProperties: false,
      },
    },
  });
});

it('holds what stands in a loose field against what is meant by it, however deep', () => {
  const schema = generateSchema({ schema: z.strictObject({ root: Part }), targets });
  const faultsOf = (size: number): number =>
    createSchemaValidator({}).validate(schema, {
      root: { type: 'twig', tree: { parts: [{ type: 'twig', tip: { type: 'leaf', size } }] } },
    }).length;
  expect([faultsOf(1), faultsOf(10) > 0]).toEqual([0, true]);
});

it('lets any JSON stand where any JSON may, and leaves examples as they are', () => {
  const examples = [{ id: 'a', schemaRef: 'b', $ref: '#/$defs/__schema0', properties: { schemaRef: 'c' } }];
  const schema = z.strictObject({ value: z.json().meta({ examples }), values: z.record(z.string(), z.json()) });
  expect(generateSchema({ schema, targets })).toEqual({
    type: 'object',
    properties: {
      value: { examples },
      values: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} },
    },
    required: ['value', 'values'],
    additionalProperties: false,
  });
});

it('refuses a name that stands for nothing', () => {
  const schema = z.strictObject({ value: Loose.meta({ schemaRef: 'prat' }) });
  expect(() => generateSchema({ schema, targets })).toThrow(
    expect.objectContaining({
      code: 'ENGINE_BUG',
      message: 'The schemaRef "prat" of a manifest schema names no target.',
    }),
  );
});
