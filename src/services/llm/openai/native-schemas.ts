import type { JsonSchema } from '../../../manifest/index.ts';
import type { ModelTool } from '../port.ts';
import { strictSchema, type SchemaObject } from './strict-schema.ts';

interface NativeSchema {
  readonly strict: boolean;
  readonly schema: SchemaObject;
}

/** How the provider is asked for an answer; nothing where it cannot be: only an object can be asked for. */
export function answerFormat(schema: JsonSchema | undefined): (NativeSchema & { readonly name: string }) | undefined {
  if (typeof schema !== 'object') return undefined;
  const strict = strictSchema(schema);
  if (strict !== undefined) return { name: 'answer', strict: true, schema: strict };
  return schema['type'] === 'object' ? { name: 'answer', strict: false, schema } : undefined;
}

export function toolParameters({ inputSchema }: ModelTool): NativeSchema {
  const strict = strictSchema(inputSchema);
  if (strict !== undefined) return { strict: true, schema: strict };
  return { strict: false, schema: typeof inputSchema === 'object' ? inputSchema : { type: 'object' } };
}
