import type { JsonSchema } from '../../../manifest/index.ts';
import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';
import { limit, sameJson, scalarFits } from './constraints.ts';
import type { Field } from './field.ts';
import { schemaVariants } from './schema-variants.ts';

const mostNodes = 5_000;
const mostDepth = 6;
const mostItems = 200;
const longestText = 4_000;

/** Names that mean something else in every object: found near the top or not at all. */
const vague = new Set('id type kind value content name text status data input output'.split(' '));
const labels = ['path', 'file', 'name', 'title', 'id', 'text', 'label'] as const;

/** A value that stands under the name of the field in one of the given values, bent to the schema by leaving parts out. */
export function copyValue(
  schema: SchemaValue,
  field: Field,
  from: { values: readonly unknown[]; root: JsonSchema },
): unknown {
  if (field.name === '') return undefined;
  const depthLimit = vague.has(field.name.toLowerCase()) ? 1 : mostDepth;
  for (const found of valuesNamed(field.name, from.values, depthLimit)) {
    const adapted = adapt(schema, found, { root: from.root, depth: 0 });
    if (adapted !== undefined) return adapted;
  }
  return undefined;
}

/** All members of this name, the shallowest first. */
export function* valuesNamed(name: string, values: readonly unknown[], depthLimit: number): Generator {
  const wanted = plainKey(name);
  for (const root of values) {
    for (const [key, member] of membersOf(root, depthLimit)) if (plainKey(key) === wanted) yield member;
  }
}

/** Members of all objects inside a value, the shallowest first. */
function* membersOf(root: unknown, depthLimit: number): Generator<[string, unknown]> {
  const queue: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let index = 0; index < queue.length && index < mostNodes; index += 1) {
    const { value, depth } = queue[index] ?? { value: null, depth: 0 };
    if (typeof value !== 'object' || value === null || depth > depthLimit) continue;
    if (!Array.isArray(value)) yield* Object.entries(value);
    for (const child of Object.values(value).slice(0, mostItems)) queue.push({ value: child, depth: depth + 1 });
  }
}

function plainKey(key: string): string {
  return key.toLowerCase().replaceAll(/[\s_-]/gu, '');
}

interface Adapting {
  readonly root: JsonSchema;
  readonly depth: number;
}

function adapt(schema: SchemaValue, value: unknown, adapting: Adapting): unknown {
  if (adapting.depth > 12) return undefined;
  for (const variant of schemaVariants(schema, adapting.root)) {
    const adapted = adaptTo(variant, value, { ...adapting, depth: adapting.depth + 1 });
    if (adapted !== undefined) return adapted;
  }
  return undefined;
}

function adaptTo(variant: SchemaObject, value: unknown, adapting: Adapting): unknown {
  const { type } = variant;
  if (Array.isArray(value))
    return type === undefined || type === 'array' ? adaptList(variant, value, adapting) : undefined;
  if (typeof value !== 'object' || value === null) {
    const isLong = typeof value === 'string' && value.length > longestText;
    return !isLong && scalarFits(variant, value) ? value : undefined;
  }
  if (type === undefined || type === 'object') return adaptObject(variant, value, adapting);
  return type === 'string' ? labelOf(variant, value) : undefined;
}

function adaptList(variant: SchemaObject, list: readonly unknown[], adapting: Adapting): unknown {
  const { items = true, prefixItems } = variant;
  if (prefixItems !== undefined) return undefined;
  const adapted = list.map((item) => adapt(items, item, adapting)).filter((item) => item !== undefined);
  if (list.length > 0 && adapted.length === 0) return undefined;
  const distinct =
    variant['uniqueItems'] === true
      ? adapted.filter((item, index) => adapted.findIndex((other) => sameJson(other, item)) === index)
      : adapted;
  const kept = distinct.slice(0, Math.min(mostItems, limit(variant['maxItems'], mostItems)));
  return kept.length < limit(variant['minItems'], 0) ? undefined : kept;
}

function adaptObject(variant: SchemaObject, value: object, adapting: Adapting): unknown {
  const { properties, additionalProperties, required } = variant;
  const given = new Map<string, unknown>(Object.entries(value));
  const declared = isSchemaObject(properties) ? properties : {};
  const isMap = Object.keys(declared).length === 0 && additionalProperties !== false;
  const wanted: [string, SchemaValue][] = isMap
    ? [...given.keys()].slice(0, mostItems).map((key) => [key, additionalProperties ?? true])
    : Object.entries(declared);
  const members = wanted
    .map(([key, schema]): [string, unknown] => [
      key,
      given.has(key) ? adapt(schema, given.get(key), adapting) : undefined,
    ])
    .filter(([, member]) => member !== undefined);
  const kept = new Set(members.map(([key]) => key));
  const isWhole = !Array.isArray(required) || required.every((key) => typeof key === 'string' && kept.has(key));
  return isWhole && kept.size >= Math.min(1, given.size) ? Object.fromEntries<unknown>(members) : undefined;
}

/** Where a text is asked for, an object is known by its path or name. */
function labelOf(variant: SchemaObject, value: object): unknown {
  const members = new Map<string, unknown>(Object.entries(value));
  return labels
    .map((label) => members.get(label))
    .find((text) => typeof text === 'string' && scalarFits(variant, text));
}
