import { z } from 'zod';
import { Duration, SchemaReference } from './common.ts';

export const toolFields = {
  description: z.string().optional(),
  timeout: Duration.optional().meta({ description: 'Default: 60s.' }),
  max_output_bytes: z.int().min(1).optional().meta({ description: 'Default: 1 MiB.' }),
  capabilities: z
    .array(z.enum(['deterministic_safe', 'workspace_mutation', 'external_network', 'shell', 'expensive']))
    .optional()
    .meta({ description: 'What the tool may do to the world.', examples: [['external_network']] }),
  risk: z.enum(['low', 'medium', 'high']).optional(),
  consent: z
    .enum(['never', 'risky', 'always'])
    .optional()
    .meta({ description: 'When a person is asked before the tool runs. Default: never.' }),
};
export const filesystemToolFields = {
  ...toolFields,
  root: z.string().min(1).meta({ description: 'Directory the tool stays in, relative to the project directory.' }),
};

export const ReadFileToolSpec = z.strictObject({ type: z.literal('filesystem.read_file'), ...filesystemToolFields });
export const WriteFileToolSpec = z.strictObject({ type: z.literal('filesystem.write_file'), ...filesystemToolFields });
export const ListToolSpec = z.strictObject({
  type: z.literal('filesystem.list'),
  ...filesystemToolFields,
  max_entries: z.int().min(1).optional().meta({ description: 'Default: 1000.' }),
  ignore: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Globs of paths to leave out.', examples: [['node_modules/**']] }),
});
export const CommandToolSpec = z.strictObject({
  type: z.literal('command.run'),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .meta({ description: 'Command line, split into words without a shell.', examples: ['npm test'] }),
  working_dir: z.string().min(1).optional().meta({ description: 'Default: the project directory.' }),
  environment: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of variables that are passed on, besides PATH.' }),
  shell: z.boolean().optional().meta({ description: 'Whether a shell reads the command line. Default: false.' }),
  sandbox: z
    .enum(['auto', 'required', 'off'])
    .optional()
    .meta({ description: 'Whether the command is locked up. Default: off.' }),
});
export const ModuleToolSpec = z.strictObject({
  type: z.literal('module'),
  ...toolFields,
  module: z
    .string()
    .min(1)
    .meta({ description: 'File that exports the tool function.', examples: ['./tools/classify.js'] }),
  export: z.string().min(1).optional().meta({ description: 'Name of the export. Default: "default", else "run".' }),
  input_schema: SchemaReference.optional(),
  output_schema: SchemaReference.optional(),
});
export const RegisteredToolSpec = z.strictObject({
  type: z.literal('registered').meta({ description: 'A handler that the program gives by engine.registerTool.' }),
  ...toolFields,
  input_schema: SchemaReference.optional(),
  output_schema: SchemaReference.optional(),
});

export const ToolSpec = z.discriminatedUnion('type', [
  ReadFileToolSpec,
  WriteFileToolSpec,
  ListToolSpec,
  CommandToolSpec,
  ModuleToolSpec,
  RegisteredToolSpec,
]);
export type ToolSpec = z.infer<typeof ToolSpec>;
export type ToolType = ToolSpec['type'];
