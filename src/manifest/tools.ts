import { z } from 'zod';
import { HttpToolSpec, McpToolSpec } from './remote-tools.ts';
import { codeToolFields, filesystemToolFields, sandboxFields, toolFields } from './tool-fields.ts';
import { StoreName } from './memory-stores.ts';

export const ReadFileToolSpec = z.strictObject({
  type: z.literal('filesystem.read_file').meta({ description: 'Reads one file below its root.' }),
  ...filesystemToolFields,
});
export const WriteFileToolSpec = z.strictObject({
  type: z.literal('filesystem.write_file').meta({ description: 'Writes one file below its root.' }),
  ...filesystemToolFields,
});
export const ListToolSpec = z.strictObject({
  type: z.literal('filesystem.list').meta({ description: 'Lists files and directories below its root.' }),
  ...filesystemToolFields,
  max_entries: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Most files and directories of one list. Default: 1000.', examples: [3_000] }),
  ignore: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Globs of paths to leave out.', examples: [['node_modules/**']] }),
});
export const SearchToolSpec = z.strictObject({
  type: z.literal('filesystem.search').meta({ description: 'Searches the text files below its root.' }),
  ...filesystemToolFields,
  max_matches: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Most lines of one search. Default: 200.', examples: [500] }),
  max_file_bytes: z
    .int()
    .min(1)
    .max(67_108_864)
    .optional()
    .meta({ description: 'Larger files are not searched. Default: 1 MiB.', examples: [4_194_304] }),
  ignore: ListToolSpec.shape.ignore,
});
export const PatchToolSpec = z.strictObject({
  type: z.literal('filesystem.patch').meta({ description: 'Replaces passages of one file below its root.' }),
  ...filesystemToolFields,
});
export const CommandToolSpec = z.strictObject({
  type: z.literal('command.run').meta({ description: 'Runs a command; without a shell, unless it asks for one.' }),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .meta({ description: 'Command line, split into words without a shell.', examples: ['npm test'] }),
  working_dir: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Directory the command runs in. Default: the project directory.',
      examples: ['./generated_project'],
    }),
  environment: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of variables that are passed on, besides PATH and LANG.', examples: [['HOME']] }),
  shell: z
    .boolean()
    .optional()
    .meta({ description: 'Whether a shell (/bin/sh) reads the command line. Default: false.' }),
  ...sandboxFields,
});
export const ModuleToolSpec = z.strictObject({
  type: z.literal('module').meta({ description: 'A function in a JavaScript file of the project.' }),
  ...toolFields,
  module: z
    .string()
    .min(1)
    .meta({ description: 'File that exports the tool function.', examples: ['./tools/classify.js'] }),
  export: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Name of the export. Default: "default", else "run".',
      examples: ['classify'],
    }),
  ...codeToolFields,
});
const store = StoreName.optional().meta({
  description: 'Memory store of memory.yaml. Default: task_store, that of the task that calls.',
  examples: ['project_store'],
});
export const RememberToolSpec = z.strictObject({
  type: z.literal('memory.remember').meta({ description: 'Keeps something in a memory store.' }),
  ...toolFields,
  store,
  kind: z
    .enum(['observation', 'message'])
    .optional()
    .meta({
      description: 'What it is kept as; k_recent_messages of a context profile counts messages. Default: observation.',
      examples: ['message'],
    }),
});
export const RecallToolSpec = z.strictObject({
  type: z.literal('memory.recall').meta({ description: 'Finds something in a memory store.' }),
  ...toolFields,
  store,
});
export const RegisteredToolSpec = z.strictObject({
  type: z.literal('registered').meta({ description: 'A handler that the program gives by engine.registerTool.' }),
  ...toolFields,
  ...codeToolFields,
});

export const ToolSpec = z.discriminatedUnion('type', [
  ReadFileToolSpec,
  WriteFileToolSpec,
  ListToolSpec,
  SearchToolSpec,
  PatchToolSpec,
  RememberToolSpec,
  RecallToolSpec,
  CommandToolSpec,
  ModuleToolSpec,
  RegisteredToolSpec,
  HttpToolSpec,
  McpToolSpec,
]);
export type ToolSpec = z.infer<typeof ToolSpec>;
export type ToolType = ToolSpec['type'];
