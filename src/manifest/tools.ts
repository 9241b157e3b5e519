import { z } from 'zod';
import { Duration, Id, SchemaReference } from './common.ts';

const common = {
  description: z.string().optional(),
  timeout: Duration.optional().meta({ description: 'Default: 60s.' }),
  max_output_bytes: z.int().min(1).optional().meta({ description: 'Default: 1 MiB.' }),
};
const filesystem = {
  ...common,
  root: z.string().min(1).meta({ description: 'Directory the tool stays in, relative to the project directory.' }),
};

export const ReadFileToolSpec = z.strictObject({ type: z.literal('filesystem.read_file'), ...filesystem });
export const WriteFileToolSpec = z.strictObject({ type: z.literal('filesystem.write_file'), ...filesystem });
export const ListToolSpec = z.strictObject({
  type: z.literal('filesystem.list'),
  ...filesystem,
  max_entries: z.int().min(1).optional().meta({ description: 'Default: 1000.' }),
  ignore: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Globs of paths to leave out.', examples: [['node_modules/**']] }),
});
export const CommandToolSpec = z.strictObject({
  type: z.literal('command.run'),
  ...common,
  command: z
    .string()
    .min(1)
    .meta({ description: 'Command line, split into words without a shell.', examples: ['npm test'] }),
  working_dir: z.string().min(1).optional().meta({ description: 'Default: the project directory.' }),
  environment: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of variables that are passed on, besides PATH.' }),
});
export const ModuleToolSpec = z.strictObject({
  type: z.literal('module'),
  ...common,
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
  ...common,
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

export const ToolsFile = z.strictObject({ $schema: z.string().optional(), tools: z.record(Id, ToolSpec) });
export type ToolsFile = z.infer<typeof ToolsFile>;
