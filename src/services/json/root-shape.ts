import type { JsonSchema } from '../../manifest/index.ts';
import { isSchemaObject, type SchemaObject, type SchemaValue } from './schema-walk.ts';

/** What tells an answer with a fault from no answer: the kinds of value a schema asks for and the fields it declares. */
export interface RootShape {
  /** Types of JSON Schema; empty when any will do. */
  readonly kinds: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

/** Reads the shape from a schema that needs no other one, through references and branches. */
export function rootShape(schema: JsonSchema): RootShape {
  const kinds = new Set<string>();
  const fields = new Set<string>();
  const seen = new Set<SchemaValue>();
  const open: SchemaValue[] = [schema];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isSchemaObject(node) || seen.has(node)) continue;
    seen.add(node);
    for (const kind of kindsOf(node)) kinds.add(kind);
    if (isSchemaObject(node['properties'])) for (const field of Object.keys(node['properties'])) fields.add(field);
    open.push(...branches(node));
    const target = typeof node['$ref'] === 'string' ? atPointer(schema, node['$ref']) : undefined;
    if (target !== undefined) open.push(target);
  }
  return { kinds, fields };
}

/** The type of a value in the words of JSON Schema, with "number" for all numbers. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What a local reference such as "#/$defs/Step" points at. */
export function atPointer(schema: JsonSchema, pointer: string): SchemaValue | undefined {
  if (!pointer.startsWith('#')) return undefined;
  let node: SchemaValue | undefined = schema;
  for (const step of pointer.slice(1).split('/').slice(1)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(node)) node = node[Number(key)];
    else node = isSchemaObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }
  return node;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function kindsOf(node: SchemaObject): string[] {
  const { type } = node;
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (types.length > 0) return types.map((name) => (name === 'integer' ? 'number' : name));
  if (node['const'] !== undefined) return [kindOf(node['const'])];
  if (Array.isArray(node['enum'])) return node['enum'].map(kindOf);
  return isSchemaObject(node['properties']) ? ['object'] : [];
}

function branches(node: SchemaObject): SchemaValue[] {
  return [node['allOf'], node['anyOf'], node['oneOf']].flatMap((list) => (Array.isArray(list) ? list : []));
}
