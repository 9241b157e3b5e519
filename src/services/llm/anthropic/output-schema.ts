import type { JsonSchema } from '../../../manifest/index.ts';
import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';

const formats = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** Keywords that say nothing about the value. */
const silent = new Set(['$schema', '$id', '$comment', '$anchor', '$defs', 'definitions', 'nullable']);

/** Keywords that constrained decoding would have to heed, and that it has no counterpart for. */
const inexpressible = new Set(
  '$dynamicRef patternProperties prefixItems additionalItems unevaluatedItems unevaluatedProperties'.split(' '),
);

/**
 * The schema as constrained decoding takes it. It never lets through less than it must: what cannot be asked for is said
 * in descriptions, and the answer is checked against the schema as it was declared. Nothing when the schema has a part
 * that would come out wrong, such as a map with any keys: then the prompt alone asks for it.
 */
export function anthropicSchema(schema: JsonSchema): SchemaObject | undefined {
  if (!isSchemaObject(schema) || schema['type'] !== 'object' || isRecursive(schema)) return undefined;
  const definitions = definitionsOf(schema);
  const parts = convertMap(definitions);
  const root = convert(schema);
  if (root === undefined || parts === undefined) return undefined;
  return Object.keys(parts).length === 0 ? root : { ...root, $defs: parts };
}

function convert(node: SchemaValue | undefined): SchemaObject | undefined {
  if (!isSchemaObject(node) || Object.keys(node).some((keyword) => inexpressible.has(keyword))) return undefined;
  const { $ref, allOf, anyOf, oneOf } = node;
  if (typeof $ref === 'string') return convertReference(node, $ref);
  if (Array.isArray(allOf)) return convertAll(node, allOf);
  const literal = literalsOf(node);
  if (literal !== undefined) return described(literal, node, ['enum', 'const', 'type']);
  const types = typesOf(node);
  if (types.length > 1) return union(types.map((type) => ofType(node, type)));
  const variants = anyOf ?? oneOf;
  return Array.isArray(variants) ? convertVariants(node, variants) : convertTyped(node, types[0]);
}

function convertTyped(node: SchemaObject, type: string | undefined): SchemaObject | undefined {
  if (type === 'object') return convertObject(node);
  if (type === 'array') return convertArray(node);
  if (type === 'string') return convertString(node);
  return type === undefined ? undefined : described({ type }, node, ['type']);
}

function convertObject(node: SchemaObject): SchemaObject | undefined {
  const { properties, required, additionalProperties } = node;
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  if (isOpen || (!isSchemaObject(properties) && additionalProperties !== false)) return undefined;
  const converted = convertMap(isSchemaObject(properties) ? properties : {});
  if (converted === undefined) return undefined;
  const needed = Array.isArray(required) ? { required } : {};
  const object = { type: 'object', properties: converted, ...needed, additionalProperties: false };
  return described(object, node, Object.keys(object));
}

function convertArray(node: SchemaObject): SchemaObject | undefined {
  const items = convert(node['items']);
  if (items === undefined) return undefined;
  const { minItems } = node;
  const least = minItems === 0 || minItems === 1 ? { minItems } : {};
  return described({ type: 'array', items, ...least }, node, ['type', 'items', ...Object.keys(least)]);
}

function convertString(node: SchemaObject): SchemaObject {
  const { format } = node;
  const kept = typeof format === 'string' && formats.has(format) ? { format } : {};
  return described({ type: 'string', ...kept }, node, ['type', ...Object.keys(kept)]);
}

function convertReference(node: SchemaObject, reference: string): SchemaObject | undefined {
  const name = definitionName(reference);
  // A reference stands alone in what the API takes.
  const others = Object.keys(node).filter((keyword) => keyword !== '$ref' && !silent.has(keyword) && !isText(keyword));
  return name === undefined || others.length > 0 ? undefined : { $ref: `#/$defs/${name}` };
}

/** Closed objects can't be added up, so that only a list of one can be kept. */
function convertAll(node: SchemaObject, parts: readonly SchemaValue[]): SchemaObject | undefined {
  const [part] = parts;
  return parts.length === 1 && isSchemaObject(part) ? convert({ ...without(node, 'allOf'), ...part }) : undefined;
}

function convertVariants(node: SchemaObject, variants: readonly SchemaValue[]): SchemaObject | undefined {
  const { type, title, description } = node;
  const others = Object.keys(node).filter((keyword) => !silent.has(keyword) && !isText(keyword));
  if (others.length > (type === undefined ? 1 : 2)) return undefined;
  const typed = variants.map((variant) => (isSchemaObject(variant) && type ? { type, ...variant } : variant));
  const converted = union(typed.map((variant) => convert(variant)));
  return (
    converted && {
      ...converted,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
    }
  );
}

function union(variants: readonly (SchemaObject | undefined)[]): SchemaObject | undefined {
  const anyOf = variants.filter((variant) => variant !== undefined);
  return anyOf.length === variants.length && anyOf.length > 0 ? { anyOf } : undefined;
}

function convertMap(map: SchemaObject): SchemaObject | undefined {
  const entries = Object.entries(map).map(([key, part]) => [key, convert(part)] as const);
  const converted = entries.flatMap(([key, part]) => (part === undefined ? [] : [[key, part] as const]));
  return converted.length === entries.length ? Object.fromEntries(converted) : undefined;
}

function literalsOf({ enum: values, const: value }: SchemaObject): SchemaObject | undefined {
  if (Array.isArray(values) && values.length > 0 && values.every((part) => isPlain(part))) return { enum: values };
  return value !== undefined && isPlain(value) ? { const: value } : undefined;
}

function isPlain(value: SchemaValue): boolean {
  return value === null || typeof value !== 'object';
}

function without(node: SchemaObject, dropped: string): SchemaObject {
  return Object.fromEntries(Object.entries(node).filter(([keyword]) => keyword !== dropped));
}

function typesOf({ type, nullable, properties, items }: SchemaObject): readonly string[] {
  const inferred = (isSchemaObject(properties) && 'object') || (isSchemaObject(items) && 'array') || [];
  const declared = [type ?? inferred].flat().filter((part) => typeof part === 'string');
  return nullable === true && declared.length > 0 ? [...new Set([...declared, 'null'])] : declared;
}

function ofType(node: SchemaObject, type: string): SchemaObject | undefined {
  return type === 'null' ? { type } : convert({ ...without(node, 'nullable'), type });
}

/** With everything else that the schema says as a part of the description, for the model to read. */
function described(converted: SchemaObject, node: SchemaObject, said: readonly string[]): SchemaObject {
  const { title, description } = node;
  const unsaid = Object.entries(node).filter(([key]) => !said.includes(key) && !silent.has(key) && !isText(key));
  const rest = unsaid.length === 0 ? '' : JSON.stringify(Object.fromEntries(unsaid));
  const text = [typeof description === 'string' ? description : '', rest].filter((part) => part !== '').join('\n');
  return { ...converted, ...(title !== undefined && { title }), ...(text !== '' && { description: text }) };
}

function isText(keyword: string): boolean {
  return keyword === 'title' || keyword === 'description';
}

function definitionsOf({ $defs = {}, definitions = {} }: SchemaObject): SchemaObject {
  return { ...(isSchemaObject(definitions) && definitions), ...(isSchemaObject($defs) && $defs) };
}

function definitionName(reference: string): string | undefined {
  return /^#\/(?:\$defs|definitions)\/([^/~%]+)$/u.exec(reference)?.[1];
}

/** Whether a definition leads back to itself, which no grammar of finite size can follow. */
function isRecursive(schema: SchemaObject): boolean {
  const definitions = definitionsOf(schema);
  const leadsTo = (name: string, path: readonly string[]): boolean =>
    path.includes(name) || namesIn(definitions[name]).some((next) => leadsTo(next, [...path, name]));
  return Object.keys(definitions).some((name) => leadsTo(name, []));
}

function namesIn(value: SchemaValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((part) => namesIn(part));
  if (!isSchemaObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const name = key === '$ref' && typeof part === 'string' ? definitionName(part) : undefined;
    return name === undefined ? namesIn(part) : [name];
  });
}
