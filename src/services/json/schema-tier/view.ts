import type { JsonSchema } from '../../../manifest/index.ts';
import { atPointer, kindOf } from '../root-shape.ts';
import { escapePointer, isSchemaObject, type SchemaObject, type SchemaValue } from '../schema-walk.ts';

/** A place in a schema. */
export interface Part {
  readonly schema: SchemaValue;
  readonly pointer: string;
}

/** What the schemas that hold for one value say together, through references and `allOf`. */
export interface View {
  /** Types of JSON Schema; undefined when any will do. */
  readonly kinds: ReadonlySet<string> | undefined;
  /** The values of `enum` or `const`. */
  readonly values: readonly unknown[] | undefined;
  readonly properties: ReadonlyMap<string, readonly Part[]>;
  readonly patterns: readonly (readonly [RegExp, Part])[];
  readonly additional: Part | undefined;
  readonly required: ReadonlySet<string>;
  /** Undeclared fields are not allowed. */
  readonly isClosed: boolean;
  readonly prefix: readonly Part[];
  readonly items: Part | undefined;
  /** The alternatives of each `anyOf` and `oneOf`. */
  readonly branches: readonly (readonly Part[])[];
}

interface Growing {
  kinds: Set<string> | undefined;
  values: readonly unknown[] | undefined;
  properties: Map<string, Part[]>;
  patterns: (readonly [RegExp, Part])[];
  additional: Part | undefined;
  required: Set<string>;
  isClosed: boolean;
  prefix: readonly Part[];
  items: Part | undefined;
  branches: (readonly Part[])[];
}

const mostParts = 200;

export function viewOf(root: JsonSchema, parts: readonly Part[]): View {
  const view: Growing = {
    kinds: undefined,
    values: undefined,
    properties: new Map(),
    patterns: [],
    additional: undefined,
    required: new Set(),
    isClosed: false,
    prefix: [],
    items: undefined,
    branches: [],
  };
  const open = [...parts];
  const seen = new Set<string>();
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    if (seen.has(part.pointer) || seen.size > mostParts || !isSchemaObject(part.schema)) continue;
    seen.add(part.pointer);
    readScalars(view, part.schema);
    readFields(view, part.schema, part.pointer);
    readItems(view, part.schema, part.pointer);
    open.push(...listed(part.schema['allOf'], `${part.pointer}/allOf`), ...target(root, part.schema));
  }
  if (view.kinds === undefined && view.values !== undefined) view.kinds = new Set(view.values.map(kindOf));
  if (view.kinds === undefined && view.properties.size > 0 && view.branches.length === 0)
    view.kinds = new Set(['object']);
  return view;
}

function readScalars(view: Growing, schema: SchemaObject): void {
  const { type } = schema;
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (types.length > 0) {
    const { kinds } = view;
    view.kinds = new Set(kinds === undefined ? types : types.filter((name) => kinds.has(name)));
  }
  if (Array.isArray(schema['enum'])) view.values = schema['enum'];
  if (Object.hasOwn(schema, 'const')) view.values = [schema['const']];
}

function readFields(view: Growing, schema: SchemaObject, pointer: string): void {
  const { properties, patternProperties, additionalProperties, required } = schema;
  if (isSchemaObject(properties)) {
    for (const [key, part] of Object.entries(properties)) {
      const known = view.properties.get(key) ?? [];
      view.properties.set(key, [...known, { schema: part, pointer: `${pointer}/properties/${escapePointer(key)}` }]);
    }
  }
  if (isSchemaObject(patternProperties)) {
    for (const [pattern, part] of Object.entries(patternProperties)) {
      const place = `${pointer}/patternProperties/${escapePointer(pattern)}`;
      view.patterns.push([new RegExp(pattern, 'u'), { schema: part, pointer: place }]);
    }
  }
  if (isSchemaObject(additionalProperties)) {
    view.additional = { schema: additionalProperties, pointer: `${pointer}/additionalProperties` };
  }
  if (additionalProperties === false || schema['unevaluatedProperties'] === false) view.isClosed = true;
  if (Array.isArray(required)) for (const key of required) if (typeof key === 'string') view.required.add(key);
}

function readItems(view: Growing, schema: SchemaObject, pointer: string): void {
  if (Array.isArray(schema['prefixItems'])) view.prefix = listed(schema['prefixItems'], `${pointer}/prefixItems`);
  if (isSchemaObject(schema['items'])) view.items = { schema: schema['items'], pointer: `${pointer}/items` };
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = listed(schema[keyword], `${pointer}/${keyword}`);
    if (branches.length > 0) view.branches.push(branches);
  }
}

function listed(schemas: SchemaValue | undefined, pointer: string): Part[] {
  return Array.isArray(schemas) ? schemas.map((schema, index) => ({ schema, pointer: `${pointer}/${index}` })) : [];
}

function target(root: JsonSchema, schema: SchemaObject): Part[] {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return [];
  const found = atPointer(root, reference);
  return found === undefined ? [] : [{ schema: found, pointer: reference.slice(1) }];
}

/** What a part refers to, through references of references. */
export function targetsOf(root: JsonSchema, part: Part): Part[] {
  const found: Part[] = [];
  for (
    let [next] = isSchemaObject(part.schema) ? target(root, part.schema) : [];
    next !== undefined && found.length < 20;
  ) {
    found.push(next);
    [next] = isSchemaObject(next.schema) ? target(root, next.schema) : [];
  }
  return found;
}

/** True when the schema, or a part of it, has a default that may have to be filled in. */
export function hasDefaults(schema: SchemaValue): boolean {
  const open: SchemaValue[] = [schema];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if (isSchemaObject(node) && Object.hasOwn(node, 'default')) return true;
    open.push(...Object.values(node));
  }
  return false;
}
