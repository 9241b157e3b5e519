import type { JsonSchema } from '../../manifest/index.ts';

export type SchemaObject = Exclude<JsonSchema, boolean>;
export type SchemaValue = SchemaObject[string];

export const maxSchemaDepth = 200;
export const nestingProblem = `It is nested more than ${maxSchemaDepth} levels deep.`;

/** Where a keyword keeps schemas: it is one, or a list of them, or a map of them. Data under other keywords is not looked at. */
const schemaPlaces: ReadonlyMap<string, 'part' | 'map'> = new Map([
  ...places('part', 'additionalItems additionalProperties contains contentSchema else if items not propertyNames then'),
  ...places('part', 'unevaluatedItems unevaluatedProperties allOf anyOf oneOf prefixItems'),
  ...places('map', '$defs definitions dependencies dependentSchemas patternProperties properties'),
]);

function places(place: 'part' | 'map', keywords: string): [string, 'part' | 'map'][] {
  return keywords.split(' ').map((keyword) => [keyword, place]);
}

export type Visit = (node: SchemaObject, path: string) => SchemaObject;

/** A copy of the schema in which every schema object has passed through `visit`, outer ones first. */
export function mapSchema(schema: JsonSchema, visit: Visit, path = ''): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const entries = Object.entries(visit(schema, path)).map(([keyword, value]): [string, SchemaValue] => [
    keyword,
    mapKeyword(keyword, value, (part, step) => mapPart(part, visit, `${path}/${escapePointer(keyword)}${step}`)),
  ]);
  return Object.fromEntries(entries);
}

export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function isSchemaObject(value: SchemaValue | undefined): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type MapPart = (part: SchemaValue, step: string) => SchemaValue;

function mapKeyword(keyword: string, value: SchemaValue, map: MapPart): SchemaValue {
  const place = schemaPlaces.get(keyword);
  if (place === undefined) return value;
  if (Array.isArray(value)) return value.map((part, index) => map(part, `/${index}`));
  if (place !== 'map' || !isSchemaObject(value)) return map(value, '');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, map(part, `/${escapePointer(key)}`)]));
}

function mapPart(part: SchemaValue, visit: Visit, path: string): SchemaValue {
  return isSchemaObject(part) ? mapSchema(part, visit, path) : part;
}
