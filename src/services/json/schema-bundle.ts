import type { JsonSchema } from '../../manifest/index.ts';
import { nearestWord } from './nearest-word.ts';
import { isAnnotation, keywordProblem } from './schema-keywords.ts';
import { escapePointer, isSchemaObject, mapSchema, type SchemaObject, type SchemaValue } from './schema-walk.ts';

export type NamedSchemas = ReadonlyMap<string, JsonSchema>;
export type Bundle = { readonly schema: JsonSchema } | { readonly problem: string };

const oldDraft = /^https?:\/\/json-schema\.org\/(?:draft-0[67]\/schema|draft\/2019-09\/schema)#?$/u;
const thisDraft = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/u;

interface Bundling {
  readonly named: NamedSchemas;
  /** Pointers to where the schemas have been put, by name. */
  readonly pointers: Map<string, string>;
  readonly takenKeys: Set<string>;
  readonly waiting: string[];
  readonly problems: string[];
}

/** One schema that needs no other: named schemas it refers to are copied into its `$defs`. Older drafts become 2020-12. */
export function bundleSchema(root: JsonSchema, named: NamedSchemas, rootName?: string): Bundle {
  const state: Bundling = { named, pointers: new Map(), takenKeys: definedKeys(root), waiting: [], problems: [] };
  if (rootName !== undefined) state.pointers.set(rootName, '#');
  const schema = embed(root, '#', state);
  const definitions: [string, JsonSchema][] = [];
  for (let name = state.waiting.shift(); name !== undefined; name = state.waiting.shift()) {
    const pointer = state.pointers.get(name) ?? '#';
    definitions.push([pointer.slice('#/$defs/'.length), embed(named.get(name) ?? true, pointer, state)]);
  }
  const [problem] = state.problems;
  if (problem !== undefined) return { problem };
  if (definitions.length === 0 || typeof schema === 'boolean') return { schema };
  const own = isSchemaObject(schema['$defs']) ? schema['$defs'] : {};
  return { schema: { ...schema, $defs: { ...own, ...Object.fromEntries(definitions) } } };
}

/** "Plan", "Plan.json", "./Plan.json" and "schemas/Plan.json" all name the schema "Plan". */
export function schemaName(reference: string, named: NamedSchemas): string | undefined {
  if (named.has(reference)) return reference;
  const short = reference
    .replace(/^\.\//u, '')
    .replace(/^schemas\//u, '')
    .replace(/\.json$/u, '');
  if (named.has(short)) return short;
  for (const [name, schema] of named) {
    if (typeof schema === 'object' && schema['$id'] === reference) return name;
  }
  return undefined;
}

export function unknownSchema(reference: string, named: NamedSchemas): string {
  const guess = nearestWord(reference, [...named.keys()]);
  return `there is no schema named "${reference}"${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
}

function embed(schema: JsonSchema, base: string, state: Bundling): JsonSchema {
  const isOld = typeof schema === 'object' && typeof schema['$schema'] === 'string' && oldDraft.test(schema['$schema']);
  return mapSchema(schema, (node, path) => {
    const report = (problem: string): void => {
      state.problems.push(`at "${path === '' ? '/' : path}", ${problem}`);
    };
    const modern = isOld ? tuplesOf2020(node) : node;
    const entries = Object.entries(modern).flatMap(([keyword, value]): [string, SchemaValue][] => {
      const problem = keywordProblem(keyword) ?? identityProblem(keyword, value, path);
      if (problem !== undefined) report(problem);
      if (isAnnotation(keyword) || keyword === '$schema' || keyword === '$id') return [];
      if (keyword !== '$ref' || typeof value !== 'string') return [[keyword, value]];
      return [[keyword, moveReference(value, base, { ...state, report })]];
    });
    return Object.fromEntries(entries);
  });
}

function identityProblem(keyword: string, value: SchemaValue, path: string): string | undefined {
  if (keyword === '$id' && path !== '') return '"$id" stands inside a schema; give the part a file of its own.';
  if (keyword !== '$schema' || typeof value !== 'string') return undefined;
  if (thisDraft.test(value) || oldDraft.test(value)) return undefined;
  return `"${value}" is no supported dialect; use "https://json-schema.org/draft/2020-12/schema".`;
}

/** Before 2020-12, a list under `items` was what is `prefixItems` now. */
function tuplesOf2020(node: SchemaObject): SchemaObject {
  if (!Array.isArray(node['items'])) return node;
  const { items, additionalItems, ...rest } = node;
  return { ...rest, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) };
}

function moveReference(
  reference: string,
  base: string,
  state: Bundling & { report: (problem: string) => void },
): string {
  if (reference === '#' || reference.startsWith('#/')) return base + reference.slice(1);
  if (reference.startsWith('#')) return reference;
  const hash = reference.indexOf('#');
  const file = hash === -1 ? reference : reference.slice(0, hash);
  const name = schemaName(file, state.named);
  if (name === undefined) {
    state.report(unknownSchema(file, state.named));
    return '#';
  }
  return pointerOf(name, state) + (hash === -1 ? '' : reference.slice(hash + 1));
}

function pointerOf(name: string, state: Bundling): string {
  const known = state.pointers.get(name);
  if (known !== undefined) return known;
  const safe = name.replaceAll(/[^\w-]/gu, '_');
  let key = safe;
  for (let copy = 2; state.takenKeys.has(key); copy += 1) key = `${safe}_${copy}`;
  state.takenKeys.add(key);
  const pointer = `#/$defs/${escapePointer(key)}`;
  state.pointers.set(name, pointer);
  state.waiting.push(name);
  return pointer;
}

function definedKeys(schema: JsonSchema): Set<string> {
  const definitions = typeof schema === 'object' ? schema['$defs'] : undefined;
  return new Set(isSchemaObject(definitions) ? Object.keys(definitions) : []);
}
