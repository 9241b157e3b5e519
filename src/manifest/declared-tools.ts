import { z } from 'zod';
import { Id, SchemaReference } from './common.ts';
import { filesystemToolFields, toolFields, ToolSpec } from './tools.ts';

/*
 * Tools that manifests may declare and that this version cannot run. They are no strict objects: what else they take is
 * not settled, and the check that reports the type comes before any doubt about a field.
 */

export const SearchToolSpec = z.object({ type: z.literal('filesystem.search'), ...filesystemToolFields });
export const PatchToolSpec = z.object({ type: z.literal('filesystem.patch'), ...filesystemToolFields });
export const HttpToolSpec = z.object({
  type: z.literal('http.request'),
  ...toolFields,
  method: z
    .string()
    .min(1)
    .optional()
    .meta({ examples: ['GET'] }),
  url: z
    .string()
    .min(1)
    .meta({ description: 'Address; {name} takes an argument.', examples: ['https://api.example.org/v1/{city}'] }),
  allow_hosts: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Hosts the tool may reach.', examples: [['api.example.org']] }),
  input_schema: SchemaReference.optional(),
  output_schema: SchemaReference.optional(),
});
export const McpToolSpec = z.object({
  type: z.literal('mcp'),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Program that serves the tools.', examples: ['npx'] }),
  args: z.array(z.string()).optional().meta({ description: 'Its arguments.' }),
  only: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Tools to take from the server. Default: all.', examples: [['list_issues']] }),
});
export const RememberToolSpec = z.object({ type: z.literal('memory.remember'), ...toolFields });
export const RecallToolSpec = z.object({ type: z.literal('memory.recall'), ...toolFields });

export const DeclaredToolSpec = z.discriminatedUnion('type', [
  ...ToolSpec.options,
  SearchToolSpec,
  PatchToolSpec,
  HttpToolSpec,
  McpToolSpec,
  RememberToolSpec,
  RecallToolSpec,
]);
export type DeclaredToolSpec = z.infer<typeof DeclaredToolSpec>;

export const ToolsFile = z.strictObject({ $schema: z.string().optional(), tools: z.record(Id, DeclaredToolSpec) });
export type ToolsFile = z.infer<typeof ToolsFile>;
