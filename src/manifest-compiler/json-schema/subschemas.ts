import type { z } from 'zod';

export type Json = z.core.util.JSONType;
export type JsonObject = { [key: string]: Json };

const single = new Set(['items', 'additionalProperties', 'propertyNames']);
const listed = new Set(['oneOf', 'anyOf', 'allOf']);
const named = new Set(['properties', 'patternProperties']);

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Changes each schema right below one. Examples are no schemas, whatever their keys are called. */
export function mapSubschemas(schema: JsonObject, change: (child: JsonObject) => Json): JsonObject {
  const changed = (child: Json): Json => (isJsonObject(child) ? change(child) : child);
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, Json] => {
      if (single.has(key)) return [key, changed(value)];
      if (listed.has(key) && Array.isArray(value)) return [key, value.map(changed)];
      if (!named.has(key) || !isJsonObject(value)) return [key, value];
      return [key, Object.fromEntries(Object.entries(value).map(([name, child]) => [name, changed(child)]))];
    }),
  );
}
