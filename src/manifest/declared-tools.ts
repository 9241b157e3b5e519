import { z } from 'zod';
import { Id, SchemaAddress } from './common.ts';
import { ToolSpec } from './tools.ts';

export const DeclaredToolSpec = ToolSpec.meta({
  id: 'tool',
  description: 'Something that can be done, and its bounds.',
});
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
