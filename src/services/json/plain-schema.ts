import type { JsonSchema } from '../../manifest/index.ts';
import { isSchemaObject, type SchemaValue } from './schema-walk.ts';

type Rule = (value: SchemaValue) => boolean;

const isText: Rule = (value) => typeof value === 'string';
const isFlag: Rule = (value) => typeof value === 'boolean';
const isNumber: Rule = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Rule = (value) => Number.isInteger(value) && Number(value) >= 0;
const isAnything: Rule = () => true;
const isPart: Rule = (value) => typeof value === 'boolean' || (isSchemaObject(value) && areKnown(value));
const areParts: Rule = (value) => Array.isArray(value) && value.length > 0 && value.every(isPart);
const areNamedParts: Rule = (value) => isSchemaObject(value) && Object.values(value).every(isPart);
const areTexts: Rule = (value) =>
  Array.isArray(value) && value.every(isText) && new Set<unknown>(value).size === value.length;

const types: ReadonlySet<SchemaValue> = new Set('array boolean integer null number object string'.split(' '));
const areTypes: Rule = (value) =>
  types.has(value) ||
  (areTexts(value) && Array.isArray(value) && value.length > 0 && value.every((type) => types.has(type)));

/** What the schema of schemas says about the keywords that most schemas make do with. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['$defs', areNamedParts],
  ['$ref', (value) => typeof value === 'string' && /^#(?:\/[\w$.-]+)*$/u.test(value)],
  ['$schema', (value) => value === 'https://json-schema.org/draft/2020-12/schema'],
  ['additionalProperties', isPart],
  ['allOf', areParts],
  ['anyOf', areParts],
  ['const', isAnything],
  ['countReference', isFlag], // our own
  ['default', isAnything],
  ['description', isText],
  ['enum', (value) => Array.isArray(value)],
  ['examples', (value) => Array.isArray(value)],
  ['exclusiveMaximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['format', isText],
  ['items', isPart],
  ['maxItems', isCount],
  ['maxLength', isCount],
  ['maxProperties', isCount],
  ['maximum', isNumber],
  ['minItems', isCount],
  ['minLength', isCount],
  ['minProperties', isCount],
  ['minimum', isNumber],
  ['not', isPart],
  ['oneOf', areParts],
  ['pattern', isPattern],
  ['properties', areNamedParts],
  ['required', areTexts],
  ['title', isText],
  ['type', areTypes],
  ['uniqueItems', isFlag],
]);

function areKnown(schema: Readonly<Record<string, SchemaValue>>): boolean {
  return Object.entries(schema).every(([keyword, value]) => rules.get(keyword)?.(value) === true);
}

function isPattern(value: SchemaValue): boolean {
  if (typeof value !== 'string' || value.includes(String.raw`\Z`)) return false;
  try {
    return [new RegExp(value, 'u'), new RegExp(value)].length > 0; // Ajv reads it in both ways
  } catch {
    return false;
  }
}

/**
 * Whether a schema is surely one. False says nothing: then the schema of schemas has to be asked, which takes Ajv longer to compile
 * than all schemas of most projects.
 */
export function isPlainSchema(schema: JsonSchema): boolean {
  return isPart(schema);
}
