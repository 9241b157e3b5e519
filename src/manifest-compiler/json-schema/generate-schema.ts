import { z } from 'zod';
import { EngineError } from '../../errors/index.ts';
import { isJsonObject, mapSubschemas, type JsonObject } from './subschemas.ts';

const JsonObjectSchema = z.record(z.string(), z.json());
const Converted = z.object({
  properties: z.record(z.string(), JsonObjectSchema),
  $defs: z.record(z.string(), JsonObjectSchema).default({}),
});

export interface SchemaSource {
  readonly schema: z.ZodType;
  /** What is meant by `.meta({ schemaRef: name })`, which a schema carries that zod keeps loose and a later step checks. */
  readonly targets: Readonly<Record<string, z.ZodType>>;
}

type Definitions = Map<string, JsonObject>;

/** The JSON Schema, draft 2020-12, of what a person may write; what `.meta` gives an id to is a definition of that name. */
export function generateSchema({ schema, targets }: SchemaSource): JsonObject {
  const written: unknown = JSON.parse(
    JSON.stringify(z.toJSONSchema(z.object({ ...targets, '': schema }), { io: 'input' })),
  );
  const { properties, $defs } = Converted.parse(written);
  const { '': root = {}, ...meant } = properties;
  const definitions: Definitions = new Map(Object.entries($defs));
  for (const [name, target] of Object.entries(meant)) {
    if (target['$ref'] !== referenceTo(name)) definitions.set(name, target);
  }
  for (const [name, definition] of definitions) definitions.set(name, nameVariants(name, definition, definitions));
  const resolve = (part: JsonObject): JsonObject => mapSubschemas(resolveReference(part, definitions), resolve);
  for (const [name, definition] of definitions) definitions.set(name, resolve(definition));
  return withDefinitions(resolve(root), definitions);
}

function referenceTo(name: string): string {
  return `#/$defs/${name}`;
}

/** The variants of a union by type become definitions of their own: the agent variant of "node" is "agent_node". */
function nameVariants(name: string, definition: JsonObject, definitions: Definitions): JsonObject {
  const { oneOf, ...rest } = definition;
  if (!Array.isArray(oneOf)) return definition;
  const variants = oneOf.map((variant) => {
    const properties = isJsonObject(variant) ? variant['properties'] : undefined;
    const type = isJsonObject(properties) ? properties['type'] : undefined;
    if (!isJsonObject(variant) || !isJsonObject(type) || typeof type['const'] !== 'string') return variant;
    const variantName = `${type['const']}_${name}`;
    definitions.set(variantName, variant);
    return { $ref: referenceTo(variantName) };
  });
  return { ...rest, oneOf: variants };
}

function resolveReference(schema: JsonObject, definitions: Definitions): JsonObject {
  const { schemaRef, $ref, ...rest } = schema;
  if (typeof schemaRef === 'string') {
    if (!definitions.has(schemaRef))
      throw new EngineError('ENGINE_BUG', `The schemaRef "${schemaRef}" of a manifest schema names no target.`);
    const { title, description, examples } = rest;
    const told = Object.entries({ title, description, examples }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    );
    return { ...Object.fromEntries(told), $ref: referenceTo(schemaRef) };
  }
  // Zod writes z.json(), which alone is recursive, as definitions that it numbers. Any JSON fits: there is nothing to refer to.
  return typeof $ref === 'string' && /^#\/\$defs\/__schema\d+$/u.test($ref) ? rest : schema;
}

/** Adds the definitions that a schema refers to, directly or through others, by name. */
function withDefinitions(root: JsonObject, definitions: ReadonlyMap<string, JsonObject>): JsonObject {
  const used: Definitions = new Map();
  const collect = (schema: JsonObject): JsonObject => {
    const { $ref } = schema;
    const name = typeof $ref === 'string' ? $ref.slice(referenceTo('').length) : undefined;
    const definition = name === undefined || used.has(name) ? undefined : definitions.get(name);
    if (name !== undefined && definition !== undefined) {
      used.set(name, definition);
      collect(definition);
    }
    return mapSubschemas(schema, collect);
  };
  collect(root);
  if (used.size === 0) return root;
  return { ...root, $defs: Object.fromEntries([...used].toSorted(([one], [other]) => (one < other ? -1 : 1))) };
}
