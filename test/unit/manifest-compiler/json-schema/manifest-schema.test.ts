import { expect, it } from 'vitest';
import { z } from 'zod';
import { manifestSchema } from '../../../../src/manifest-compiler/index.ts';
import { JsonSchema, fileKinds } from '../../../../src/manifest/index.ts';
import { createSchemaValidator } from '../../../../src/services/index.ts';

type Schema = Readonly<Record<string, unknown>>;
interface Field {
  readonly path: string;
  readonly schema: Schema;
}

const validator = createSchemaValidator({});
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (value: unknown): [string, unknown][] => (isSchema(value) ? Object.entries(value) : []);

/** Every schema below one, itself included, but for what `$ref` leads to: definitions are gone through once, in `$defs`. */
function everySchema(path: string, schema: unknown): Field[] {
  if (!isSchema(schema)) return [];
  const named = ['properties', '$defs'].flatMap((key) =>
    entriesOf(schema[key]).flatMap(([name, child]) => everySchema(`${path}.${name}`, child)),
  );
  // Beside fields it says which of them are needed, and they are described where they stand.
  const unions = schema['properties'] === undefined ? ['oneOf', 'anyOf', 'allOf'] : [];
  const listed = unions.flatMap((key) =>
    entriesOf(Object.assign({}, schema[key])).flatMap(([index, child]) =>
      everySchema(`${path}(${key} ${index})`, child),
    ),
  );
  const single = ['items', 'additionalProperties'].flatMap((key) => everySchema(`${path}[${key}]`, schema[key]));
  return [{ path, schema }, ...named, ...listed, ...single];
}

function propertiesOf(path: string, schema: Schema): Field[] {
  return everySchema(path, schema).flatMap((found) =>
    entriesOf(found.schema['properties']).map(([name, property]) => ({
      path: `${found.path}.${name}`,
      schema: isSchema(property) ? property : {},
    })),
  );
}

/** A field that lists its values, or whose own fields have examples, needs none. */
function speaksForItself({ $ref, const: only, enum: values, type, properties }: Schema): boolean {
  return [$ref, only, values, properties].some((value) => value !== undefined) || type === 'boolean';
}

it.each(fileKinds)('is a schema that compiles and says which it is: %s', (kind) => {
  const schema = manifestSchema(kind);
  expect(validator.check(schema)).toBeUndefined();
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:agent-engine:manifest:${kind}`,
    title: `${kind === 'evals' ? 'evals/*' : kind}.yaml of Agent Engine`,
    additionalProperties: false,
  });
  expect(schema['description']).toMatch(/^[A-Z].+\.$/u);
});

it.each(fileKinds)('describes every field of %s', (kind) => {
  const fields = propertiesOf(kind, manifestSchema(kind));
  const mute = fields.filter(({ schema: { description } }) => typeof description !== 'string' || description === '');
  expect(fields.length).toBeGreaterThan(3);
  expect(mute.map(({ path }) => path)).toEqual([]);
});

it.each(fileKinds)('gives an example of every field of %s that does not list its values', (kind) => {
  const fields = propertiesOf(kind, manifestSchema(kind)).filter(({ schema }) => !speaksForItself(schema));
  const bare = fields.filter(({ schema: { examples } }) => !Array.isArray(examples) || examples.length === 0);
  expect(bare.map(({ path }) => path)).toEqual([]);
});

it.each(fileKinds)('gives examples in %s that are allowed where they stand', (kind) => {
  const whole = manifestSchema(kind);
  const found = everySchema(kind, whole).flatMap(({ path, schema }) =>
    z
      .array(z.unknown())
      .parse(schema['examples'] ?? [])
      .map((example) => ({
        path,
        findings: validator.validate(JsonSchema.parse({ ...schema, $defs: whole['$defs'] ?? {} }), example),
      })),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ findings }) => findings.length > 0)).toEqual([]);
});

it('defines each type of node, and each edge, once', () => {
  expect(entriesOf(manifestSchema('workflow')['$defs']).map(([name]) => name)).toEqual([
    'agent_body_node',
    'agent_node',
    'agent_variant',
    'body_node',
    'budget',
    'decision_body_node',
    'decision_node',
    'edge',
    'end_body_node',
    'end_node',
    'failure_category',
    'feedback_body_node',
    'feedback_node',
    'map_body_node',
    'map_node',
    'merge_body_node',
    'merge_node',
    'node',
    'repeat_body_node',
    'repeat_node',
    'tool_body_node',
    'tool_node',
    'transform_body_node',
    'transform_node',
    'workflow',
    'workflow_body_node',
    'workflow_node',
  ]);
});
