import { z } from 'zod';
import type { JsonSchema } from '../../../src/manifest/index.ts';

/** What a page tells of a JSON Schema. */
interface Schema {
  readonly $ref?: string | undefined;
  readonly $defs?: Readonly<Record<string, Schema>> | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Schema | undefined;
  readonly additionalProperties?: boolean | Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly examples?: readonly unknown[] | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    $defs: z.record(z.string(), Schema).optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    items: Schema.optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
    examples: z.array(z.unknown()).optional(),
  }),
);

/** The page of a kind of manifest: each field with its type, what it says, and an example. */
export function manifestPage(kind: string, jsonSchema: JsonSchema): string {
  const schema = Schema.parse(jsonSchema);
  // A node in a body has the fields of one outside of it.
  const parts = Object.entries(schema.$defs ?? {}).filter(
    ([name]) => !name.endsWith('_body_node') && name !== 'body_node',
  );
  const sections = parts.map(([name, part]) => `## ${name}\n\n${fieldsOf(part)}`);
  const intro = `Made from the schema that \`agent-engine validate\` checks with, by \`npm run build\`. [Manifests](../../../docs/manifests.md) tells how they are used.`;
  return `${[`# ${kind}.yaml`, intro, fieldsOf(schema), ...sections].join('\n\n')}\n`;
}

function fieldsOf(schema: Schema): string {
  const rows = rowsOf(schema, '');
  const about = schema.description === undefined ? [] : [schema.description];
  if (rows.length === 0) return [...about, `It is ${typeOf(schema)}.`].join('\n\n');
  const head = ['| field | type | says | example |', '| --- | --- | --- | --- |'];
  return [...about, [...head, ...rows].join('\n')].join('\n\n');
}

/** A row for each field, those of objects inside under their path. */
function rowsOf({ properties = {}, required = [], anyOf, oneOf }: Schema, above: string): readonly string[] {
  const ofChoices = (anyOf ?? oneOf ?? []).flatMap((choice) => rowsOf(choice, above));
  const own = Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${above}${name}`;
    const mark = required.includes(name) ? '' : '?';
    const example = schema.examples?.[0];
    const shown = example === undefined ? '' : code(JSON.stringify(example));
    const row = `| \`${path}\`${mark} | ${typeOf(schema)} | ${cell(schema.description ?? '')} | ${shown} |`;
    const { additionalProperties: values, items } = schema;
    const inside = [rowsOf(schema, `${path}.`)];
    if (typeof values === 'object') inside.push(rowsOf(values, `${path}.*.`));
    if (items !== undefined) inside.push(rowsOf(items, `${path}[].`));
    return [row, inside].flat(2);
  });
  return [...new Set([...own, ...ofChoices])];
}

function typeOf(schema: Schema): string {
  const { $ref, anyOf, oneOf, type, items, additionalProperties: values } = schema;
  if ($ref !== undefined) {
    const name = $ref.replace('#/$defs/', '');
    return `[${name}](#${name.replaceAll('.', '')})`;
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice)))].join(' or ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (type === 'object' && typeof values === 'object') return `map of ${typeOf(values)}`;
  return type === undefined ? 'anything' : [type].flat().join(' or ');
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** A bar would begin the next cell, and a line end the row. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}
