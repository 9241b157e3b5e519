import type { Mapping } from '../../manifest/index.ts';
import type { ValueShape } from '../expressions/index.ts';

/** A map of which these fields are known, and others are not ruled out. */
export function mapShape(owner: string, fields: readonly string[], field: ValueShape['field'] = unknown): ValueShape {
  return { owner, fields, isClosed: false, field };
}

function unknown(): undefined {
  return undefined;
}

/** What a mapping gives as far as it is written out. A plugin may add to it. */
export function valueShape(value: Mapping | undefined, owner: string): ValueShape | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return mapShape(owner, Object.keys(value), (name) =>
    Object.hasOwn(value, name) ? valueShape(value[name], `"${name}" of ${lowered(owner)}`) : undefined,
  );
}

/** Keywords that may bring further fields in, or say that a value need be no map. */
const involved = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'patternProperties', 'dependentSchemas'];

/** Of schemas that say what there can be. Only some of them say that there is nothing else. */
export function schemaShape(schema: unknown, owner: string): ValueShape | undefined {
  if (!isMap(schema) || schema['type'] !== 'object') return undefined;
  const { properties } = schema;
  if (!isMap(properties) || involved.some((keyword) => Object.hasOwn(schema, keyword))) return undefined;
  return {
    owner,
    fields: Object.keys(properties),
    isClosed: schema['additionalProperties'] === false,
    field: (name) =>
      Object.hasOwn(properties, name) ? schemaShape(properties[name], `"${name}" of ${lowered(owner)}`) : undefined,
  };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lowered(owner: string): string {
  return owner.slice(0, 1).toLowerCase() + owner.slice(1);
}
