import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonSchema } from '../../../manifest/index.ts';
import { copyAsJson, type JsonValue } from '../json-value.ts';
import { saidText } from './said-text.ts';
import { readServedSchema } from './served-schema.ts';

type SchemaObject = Exclude<JsonSchema, boolean>;

/** A tool as its server described it. */
export interface ServedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: SchemaObject;
  readonly outputSchema?: SchemaObject;
  /** How much there is to check about an output. */
  readonly outputSchemaNodes: number;
  /** Differs when anything that the server said of the tool does. */
  readonly hash: string;
}

/** What is wrong with a schema, if anything. */
export type SchemaCheck = (schema: SchemaObject) => string | undefined;

export type ReadTool =
  { readonly ok: true; readonly tool: ServedTool } | { readonly ok: false; readonly reason: string };

const mostBytes = 65_536;
const mostCharacters = 1_000;

const Schema = z.looseObject({ type: z.literal('object') });
/** Annotations are left out: a server can claim anything of its tools, and a claim is no permission. */
const Described = z.object({
  description: z.string().optional(),
  inputSchema: Schema,
  outputSchema: Schema.optional(),
});

/** A tool from the list of a server; `reason` is the end of a sentence about the tool. */
export function readServedTool(name: string, entry: unknown, check: SchemaCheck): ReadTool {
  const parsed = Described.safeParse(entry);
  if (!parsed.success) return { ok: false, reason: 'is not described as the protocol asks for' };
  const copy = copyAsJson(parsed.data, mostBytes);
  if (!copy.ok) return { ok: false, reason: `takes more than ${mostBytes} bytes to describe, or is no plain JSON` };
  const { description, inputSchema, outputSchema } = parsed.data;
  const input = schemaOf(inputSchema, check);
  if (!input.ok) return { ok: false, reason: `has an input schema that cannot be used: ${input.reason}` };
  const output = outputSchema === undefined ? undefined : schemaOf(outputSchema, check);
  if (output?.ok === false) return { ok: false, reason: `has an output schema that cannot be used: ${output.reason}` };
  const tool = {
    name,
    description: saidText(description ?? '', mostCharacters),
    inputSchema: input.schema,
    ...(output !== undefined && { outputSchema: output.schema }),
    outputSchemaNodes: output?.nodes ?? 0,
    hash: createHash('sha256').update(stableText(copy.value)).digest('hex'),
  };
  return { ok: true, tool };
}

function schemaOf(given: unknown, check: SchemaCheck): ReturnType<typeof readServedSchema> {
  const read = readServedSchema(given);
  const problem = read.ok ? check(read.schema) : undefined;
  return problem === undefined ? read : { ok: false, reason: problem };
}

/** The same for the same value, whatever the order of its keys. */
function stableText(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
