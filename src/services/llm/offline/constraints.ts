import type { SchemaObject, SchemaValue } from '../../json/schema-walk.ts';
import { hasFormat } from './string-formats.ts';

/** True when a string, number, boolean or null fits the flat form of a schema. */
export function scalarFits(variant: SchemaObject, value: unknown): boolean {
  const { const: constant, enum: choices, type } = variant;
  if (constant !== undefined && !sameJson(constant, value)) return false;
  if (Array.isArray(choices) && !choices.some((choice) => sameJson(choice, value))) return false;
  if (typeof type === 'string' && !isOfType(type, value)) return false;
  if (typeof value === 'string') return stringFits(variant, value);
  return typeof value !== 'number' || numberFits(variant, value);
}

export function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

export function stringFits(variant: SchemaObject, text: string): boolean {
  const { pattern, format } = variant;
  const length = Array.from(text).length;
  if (length < limit(variant['minLength'], 0) || length > limit(variant['maxLength'], Infinity)) return false;
  if (typeof pattern === 'string' && !matches(pattern, text)) return false;
  return typeof format !== 'string' || hasFormat(format, text);
}

export function numberFits(variant: SchemaObject, value: number): boolean {
  if (value < limit(variant['minimum'], -Infinity) || value > limit(variant['maximum'], Infinity)) return false;
  if (value <= limit(variant['exclusiveMinimum'], -Infinity)) return false;
  if (value >= limit(variant['exclusiveMaximum'], Infinity)) return false;
  const step = limit(variant['multipleOf'], 0);
  return step === 0 || Number.isInteger(value / step);
}

export function limit(value: SchemaValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}
