import { z } from 'zod';
import { Id, SchemaAddress } from './common.ts';
import { toolFields, ToolSpec } from './tools.ts';

/*
 * Tools that manifests may declare and that this version cannot run. They are no strict objects: what else they take is
 * not settled, and the check that reports the type comes before any doubt about a field.
 */

export const McpToolSpec = z.object({
  type: z.literal('mcp').meta({ description: 'Tools of an MCP server. Not in this version.' }),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Program that serves the tools.', examples: ['npx'] }),
  args: z
    .array(z.string())
    .optional()
    .meta({ description: 'Its arguments.', examples: [['some-mcp-server']] }),
  only: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Tools to take from the server. Default: all.', examples: [['list_issues']] }),
});
export const DeclaredToolSpec = z
  .discriminatedUnion('type', [...ToolSpec.options, McpToolSpec])
  .meta({ id: 'tool', description: 'Something that can be done, and its bounds.' });
export type DeclaredToolSpec = z.infer<typeof DeclaredToolSpec>;

export const ToolsFile = z
  .strictObject({
    $schema: SchemaAddress,
    tools: z.record(Id, DeclaredToolSpec).meta({
      description: 'The tools by name.',
      examples: [{ read_file: { type: 'filesystem.read_file', root: './generated_project' } }],
    }),
  })
  .meta({ description: 'What can be done, inside which boundaries.' });
export type ToolsFile = z.infer<typeof ToolsFile>;
