import type { JsonSchema } from '../../../manifest/index.ts';

export type SchemaObject = Exclude<JsonSchema, boolean>;

interface Rewrite {
  /** What a `$ref` may point to. */
  readonly targets: ReadonlySet<string>;
  readonly count: { properties: number; enumValues: number };
}

// What the provider accepts, after its guide to structured outputs.
const mostLevels = 10;
const mostProperties = 5_000;
const mostEnumValues = 1_000;

const definitionKeys = ['$defs', 'definitions'] as const;
const rewritten = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
]);
const variantKeys = new Set(['anyOf', 'oneOf', ...definitionKeys]);
/** Say nothing about the value. */
const silent = new Set(['$schema', '$id', '$comment', 'title', 'description', 'examples', 'deprecated']);
/** Strict mode has nothing for them, and without them a value could be asked for that the schema refuses. */
const inexpressible = new Set([
  '$anchor',
  '$dynamicRef',
  'allOf',
  'if',
  'then',
  'else',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'prefixItems',
  'unevaluatedProperties',
  'unevaluatedItems',
]);

/**
 * The schema as strict mode takes it: every property required and the optional ones nullable, no further properties, and
 * what narrows single values said in the description. Nothing where that would be another schema, as with open maps. An
 * answer is to be checked against the schema as it was, in which `null` for an optional property says that it is absent.
 */
export function strictSchema(schema: JsonSchema): SchemaObject | undefined {
  const root = resolvedRoot(schema);
  if (root === undefined) return undefined;
  const rewrite: Rewrite = { targets: targetsOf(root), count: { properties: 0, enumValues: 0 } };
  const written = strictNode(root, rewrite, 1);
  if (written?.['type'] !== 'object') return undefined;
  const definitions = strictDefinitions(root, rewrite);
  const { properties, enumValues } = rewrite.count;
  if (definitions === undefined || properties > mostProperties || enumValues > mostEnumValues) return undefined;
  return { ...written, ...definitions };
}

/** The root has to be an object itself, and generators of schemas like to write a reference there. */
function resolvedRoot(schema: JsonSchema): SchemaObject | undefined {
  if (!isSchemaObject(schema)) return undefined;
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  for (const key of definitionKeys) {
    const definitions = schema[key];
    if (!isSchemaObject(definitions) || !reference.startsWith(`#/${key}/`)) continue;
    const target = definitions[reference.slice(`#/${key}/`.length)];
    if (isSchemaObject(target)) return { ...target, [key]: definitions };
  }
  return undefined;
}

function targetsOf(root: SchemaObject): Set<string> {
  const named = definitionKeys.flatMap((key) => {
    const definitions = root[key];
    return isSchemaObject(definitions) ? Object.keys(definitions).map((name) => `#/${key}/${name}`) : [];
  });
  return new Set(['#', ...named]);
}

function strictDefinitions(root: SchemaObject, rewrite: Rewrite): SchemaObject | undefined {
  const written: SchemaObject = {};
  for (const key of definitionKeys) {
    const definitions = root[key];
    if (!isSchemaObject(definitions)) continue;
    const members = strictMembers(definitions, (schema) => strictNode(schema, rewrite, 1));
    if (members === undefined) return undefined;
    written[key] = members;
  }
  return written;
}

function strictNode(schema: unknown, rewrite: Rewrite, level: number): SchemaObject | undefined {
  if (!isSchemaObject(schema) || level > mostLevels) return undefined;
  if (Object.keys(schema).some((key) => inexpressible.has(key))) return undefined;
  if (Object.hasOwn(schema, '$ref')) return strictReference(schema, rewrite);
  const variants = schema['anyOf'] ?? schema['oneOf'];
  const written = variants === undefined ? strictValue(schema, rewrite, level) : strictVariants(schema, rewrite, level);
  return written === undefined ? undefined : { ...described(schema), ...written };
}

/** A reference stands alone in strict mode: a description beside it is left out. */
function strictReference(schema: SchemaObject, { targets }: Rewrite): SchemaObject | undefined {
  const { $ref: reference, ...others } = schema;
  const isAlone = Object.keys(others).every((key) => silent.has(key) || key === 'default');
  return isAlone && typeof reference === 'string' && targets.has(reference) ? { $ref: reference } : undefined;
}

function strictVariants(schema: SchemaObject, rewrite: Rewrite, level: number): SchemaObject | undefined {
  const { anyOf, oneOf } = schema;
  const variants = anyOf ?? oneOf;
  const isAlone = Object.keys(schema).every((key) => !rewritten.has(key) || variantKeys.has(key));
  if (!isAlone || !Array.isArray(variants) || (anyOf !== undefined && oneOf !== undefined)) return undefined;
  const written = variants.flatMap((variant) => strictNode(variant, rewrite, level) ?? []);
  return written.length === variants.length ? { anyOf: written } : undefined;
}

function strictValue(schema: SchemaObject, rewrite: Rewrite, level: number): SchemaObject | undefined {
  const allowed = Object.hasOwn(schema, 'const') ? [schema['const'] ?? null] : schema['enum'];
  if (allowed !== undefined) return strictEnum(schema, allowed, rewrite);
  const type = schema['type'] ?? (Object.hasOwn(schema, 'properties') ? 'object' : []);
  const types = Array.isArray(type) ? type : [type];
  if (types.length === 0) return undefined;
  const object = types.includes('object') ? strictObject(schema, rewrite, level) : {};
  const list = types.includes('array') ? strictList(schema, rewrite, level) : {};
  return object === undefined || list === undefined ? undefined : { type, ...object, ...list };
}

function strictEnum(schema: SchemaObject, allowed: unknown, { count }: Rewrite): SchemaObject | undefined {
  if (!Array.isArray(allowed)) return undefined;
  const scalars = allowed.filter(isScalar);
  if (scalars.length !== allowed.length) return undefined;
  count.enumValues += scalars.length;
  const types = [...new Set(scalars.map((value) => (value === null ? 'null' : typeof value)))];
  return { type: schema['type'] ?? (types.length === 1 ? (types[0] ?? 'null') : types), enum: scalars };
}

function strictObject(schema: SchemaObject, rewrite: Rewrite, level: number): SchemaObject | undefined {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (!isSchemaObject(properties) || !Array.isArray(required)) return undefined;
  const names = Object.keys(properties);
  const isOpen = additionalProperties !== false && (additionalProperties !== undefined || names.length === 0);
  const isUndeclared = (name: unknown): boolean => typeof name !== 'string' || !Object.hasOwn(properties, name);
  if (isOpen || required.some(isUndeclared)) return undefined;
  rewrite.count.properties += names.length;
  const members = strictMembers(properties, (member, name) => {
    const written = strictNode(member, rewrite, level + 1);
    return written === undefined || required.includes(name) ? written : nullable(written);
  });
  return members === undefined ? undefined : { properties: members, required: names, additionalProperties: false };
}

function strictList({ items }: SchemaObject, rewrite: Rewrite, level: number): SchemaObject | undefined {
  const written = strictNode(items, rewrite, level + 1);
  return written === undefined ? undefined : { items: written };
}

function strictMembers(
  members: SchemaObject,
  rewrite: (member: unknown, name: string) => SchemaObject | undefined,
): SchemaObject | undefined {
  const written = Object.entries(members).flatMap(([name, member]) => {
    const strict = rewrite(member, name);
    return strict === undefined ? [] : [[name, strict] as const];
  });
  return written.length === Object.keys(members).length ? Object.fromEntries(written) : undefined;
}

function nullable(schema: SchemaObject): SchemaObject {
  return acceptsNull(schema) ? schema : { anyOf: [schema, { type: 'null' }] };
}

function acceptsNull({ type, enum: allowed, anyOf }: SchemaObject): boolean {
  if (Array.isArray(anyOf)) return anyOf.some((variant) => isSchemaObject(variant) && acceptsNull(variant));
  const hasType = type === 'null' || (Array.isArray(type) && type.includes('null'));
  return hasType && (!Array.isArray(allowed) || allowed.includes(null));
}

/** The description, and in it what strict mode has no keyword for. */
function described(schema: SchemaObject): SchemaObject {
  const { description } = schema;
  const further = Object.entries(schema).filter(
    ([key]) => !rewritten.has(key) && !silent.has(key) && !variantKeys.has(key),
  );
  const parts = [
    ...(typeof description === 'string' ? [description] : []),
    ...(further.length === 0 ? [] : [`Further rules, as JSON Schema: ${JSON.stringify(Object.fromEntries(further))}`]),
  ];
  return parts.length === 0 ? {} : { description: parts.join('\n') };
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
