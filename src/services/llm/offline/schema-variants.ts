import type { JsonSchema } from '../../../manifest/index.ts';
import { atPointer } from '../../json/root-shape.ts';
import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';
import { mergeSchemas } from './merge-schemas.ts';

const mostVariants = 24;
const mostReferences = 12;

/**
 * The flat forms a value may take: references followed, `allOf` merged, one form for each branch and each type.
 * Empty when nothing can fit.
 */
export function schemaVariants(schema: SchemaValue, root: JsonSchema): SchemaObject[] {
  const flat = flatten(schema, root, mostReferences);
  return flat.flatMap(byType).slice(0, mostVariants);
}

function flatten(schema: SchemaValue, root: JsonSchema, references: number): SchemaObject[] {
  if (schema === true) return [{}];
  if (!isSchemaObject(schema) || references < 0) return [];
  const { own, choices } = split(schema, root);
  let variants: SchemaObject[] = [own];
  for (const choice of choices) {
    const forms = choice.flatMap((branch) => flatten(branch, root, references - 1));
    variants = variants.flatMap((variant) => forms.map((form) => mergeSchemas(form, variant))).slice(0, mostVariants);
  }
  return variants;
}

/** What a schema says itself, and the lists of which a value must fit one member each. */
function split(schema: SchemaObject, root: JsonSchema): { own: SchemaObject; choices: SchemaValue[][] } {
  const { $ref, allOf, anyOf, oneOf, if: condition, then: positive, else: negative, ...own } = schema;
  const choices: SchemaValue[][] = [];
  if (typeof $ref === 'string') choices.push([atPointer(root, $ref) ?? false]);
  if (Array.isArray(allOf)) choices.push(...allOf.map((part) => [part]));
  for (const branches of [anyOf, oneOf]) if (Array.isArray(branches)) choices.push(branches);
  if (condition !== undefined) choices.push([{ allOf: [condition, positive ?? true] }, negative ?? true]);
  return { own, choices };
}

function byType(variant: SchemaObject): SchemaObject[] {
  const { type } = variant;
  if (Array.isArray(type)) return type.map((name) => ({ ...variant, type: name }));
  const implied = type === undefined ? impliedType(variant) : undefined;
  return [implied === undefined ? variant : { ...variant, type: implied }];
}

const typeHints: readonly [type: string, keywords: string][] = [
  ['object', 'properties required additionalProperties minProperties patternProperties'],
  ['array', 'items prefixItems minItems maxItems uniqueItems'],
  ['string', 'minLength maxLength pattern format'],
  ['number', 'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'],
];

/** A schema that does not say its type may say it by its keywords. */
function impliedType(variant: SchemaObject): string | undefined {
  const hint = typeHints.find(([, keywords]) => keywords.split(' ').some((keyword) => Object.hasOwn(variant, keyword)));
  return hint?.[0];
}
