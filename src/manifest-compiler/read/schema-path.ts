import { z } from 'zod';

export type Schema = z.core.$ZodType;

export type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own field of a map or item of a list. */
export function childValue(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(childValue, value);
}

/** The schema that a value is really held against: without "optional", and with the member of a union chosen. */
export function effectiveSchema(schema: Schema | undefined, value: unknown): Schema | undefined {
  if (schema instanceof z.ZodOptional) return effectiveSchema(schema.unwrap(), value);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator } = schema.def;
  return schema.options.find((option) => isMember(option, discriminator, childValue(value, discriminator)));
}

/** Schema of a field, item or entry; `value` is the value around it. */
export function childSchema(schema: Schema | undefined, key: PropertyKey, value: unknown): Schema | undefined {
  const around = effectiveSchema(schema, value);
  if (around instanceof z.ZodArray) return around.element;
  if (around instanceof z.ZodRecord) return around.valueType;
  if (!(around instanceof z.ZodObject)) return undefined;
  return Object.hasOwn(around.shape, key) ? shapeOf(around)[String(key)] : undefined;
}

/** Schema of what stands at a path of a manifest. */
export function schemaAt(schema: Schema, root: unknown, path: readonly PropertyKey[]): Schema | undefined {
  let around: Schema | undefined = schema;
  let value = root;
  for (const step of path) {
    around = childSchema(around, step, value);
    value = childValue(value, step);
  }
  return around;
}

/** Names of the fields that a map may have; none where it may have any. */
export function fieldNames(schema: Schema | undefined, value: unknown): readonly string[] {
  const around = effectiveSchema(schema, value);
  return around instanceof z.ZodObject ? Object.keys(around.shape) : [];
}

function shapeOf({ shape }: z.ZodObject): Readonly<Record<string, Schema | undefined>> {
  return shape;
}

function isMember(option: Schema, discriminator: string, wanted: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return false;
  const literal = shapeOf(option)[discriminator];
  return literal instanceof z.ZodLiteral && [...literal.values].some((value) => value === wanted);
}
