import { JsonSchema } from '../../../manifest/index.ts';
import {
  keywordProblem,
  mapSchema,
  measure,
  nestingProblem,
  maxSchemaDepth,
  type SchemaObject,
} from '../../json/index.ts';
import { saidText } from './said-text.ts';

export type ServedSchema =
  | { readonly ok: true; readonly schema: SchemaObject; readonly nodes: number }
  | { readonly ok: false; readonly reason: string };

/**
 * Patterns and formats are regular expressions, and one of a stranger's can keep the engine busy for ever: the server checks
 * those itself. The rest are names and texts that no check needs.
 */
const leftOut: ReadonlySet<string> = new Set(
  '$comment $id $schema $vocabulary default example examples format pattern patternProperties'.split(' '),
);
const texts: ReadonlySet<string> = new Set(['description', 'title']);
const mostCharacters = 500;

/** A schema of a server's as the engine uses it: what its validator does not know is left out, as the protocol asks for. */
export function readServedSchema(given: unknown): ServedSchema {
  const { depth, nodes } = measure(given);
  if (depth > maxSchemaDepth) return refused(nestingProblem);
  const read = JsonSchema.safeParse(given);
  if (!read.success) return refused('it is no JSON Schema');
  let outside: string | undefined;
  const schema = mapSchema(read.data, (node) => {
    const reference = node['$ref'];
    if (typeof reference === 'string' && !reference.startsWith('#')) outside ??= reference;
    return usable(node);
  });
  if (outside !== undefined) return refused('it refers to a schema outside of it');
  return typeof schema === 'boolean' ? refused('it is no JSON Schema') : { ok: true, schema, nodes };
}

function refused(reason: string): ServedSchema {
  return { ok: false, reason };
}

function usable(node: SchemaObject): SchemaObject {
  const isLoose = 'patternProperties' in node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([keyword, value]) => {
      if (leftOut.has(keyword) || keywordProblem(keyword) !== undefined) return [];
      // They go by what the patterns leave over.
      if (isLoose && (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')) return [];
      if (!texts.has(keyword)) return [[keyword, value]];
      return typeof value === 'string' ? [[keyword, saidText(value, mostCharacters)]] : [];
    }),
  );
}
