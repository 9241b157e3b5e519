import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';

type Join = (a: SchemaValue, b: SchemaValue) => SchemaValue;

/** How two schemas that both hold become one, by keyword; for a keyword not named here the later one counts. */
const joins: Readonly<Record<string, Join>> = {
  enum: (a, b) => intersection(a, b),
  type: (a, b) => sharedType(a, b),
  required: (a, b) => [...new Set([...listOf(a), ...listOf(b)])],
  properties: (a, b) => joinMaps(a, b),
  items: (a, b) => joinSchemas(a, b),
  additionalProperties: (a, b) => (a === false || b === false ? false : b),
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
};

/** One schema for values that fit both. */
export function mergeSchemas(a: SchemaObject, b: SchemaObject): SchemaObject {
  const merged = new Map<string, SchemaValue>(Object.entries(a));
  for (const [keyword, value] of Object.entries(b)) {
    const before = merged.get(keyword);
    const join = Object.hasOwn(joins, keyword) ? joins[keyword] : undefined;
    merged.set(keyword, before === undefined || join === undefined ? value : join(before, value));
  }
  return Object.fromEntries(merged);
}

function joinSchemas(a: SchemaValue, b: SchemaValue): SchemaValue {
  if (a === true || b === false) return b;
  return isSchemaObject(a) && isSchemaObject(b) ? { allOf: [a, b] } : a;
}

function joinMaps(a: SchemaValue, b: SchemaValue): SchemaValue {
  if (!isSchemaObject(a) || !isSchemaObject(b)) return b;
  const joined = new Map<string, SchemaValue>(Object.entries(a));
  for (const [key, schema] of Object.entries(b)) {
    const before = joined.get(key);
    joined.set(key, before === undefined ? schema : joinSchemas(before, schema));
  }
  return Object.fromEntries(joined);
}

function intersection(a: SchemaValue, b: SchemaValue): SchemaValue {
  const texts = new Set(listOf(b).map((value) => JSON.stringify(value)));
  return listOf(a).filter((value) => texts.has(JSON.stringify(value)));
}

function sharedType(a: SchemaValue, b: SchemaValue): SchemaValue {
  const known = new Set(listOf(b));
  const shared = listOf(a).flatMap((name) => {
    if (known.has(name)) return [name];
    const isWhole = (name === 'integer' && known.has('number')) || (name === 'number' && known.has('integer'));
    return isWhole ? ['integer'] : [];
  });
  return shared.length === 1 ? (shared[0] ?? []) : shared;
}

function listOf(value: SchemaValue): SchemaValue[] {
  return Array.isArray(value) ? value : [value];
}

function larger(a: SchemaValue, b: SchemaValue): SchemaValue {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : b;
}

function smaller(a: SchemaValue, b: SchemaValue): SchemaValue {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : b;
}
