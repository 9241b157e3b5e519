import { z } from 'zod';
import { Duration, SchemaReference } from './common.ts';
import { PermissionsSpec } from './permissions.ts';
import { StoreName } from './memory.ts';

export const toolFields = {
  description: z
    .string()
    .optional()
    .meta({ description: 'What the tool does, as an agent is told.', examples: ['Reads one file of the repository.'] }),
  timeout: Duration.optional().meta({ description: 'For one call. Default: 60s.' }),
  max_parallel: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({
      description: 'Stages at a time, over all tasks, that run the tool. Default: no limit.',
      examples: [1],
    }),
  max_output_bytes: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Largest output, as JSON. Default: 1 MiB.', examples: [1_048_576] }),
  permissions: PermissionsSpec.optional().meta({
    description: 'Narrows for this tool what the engine permits. What it leaves out stays as the engine has it.',
    examples: [{ filesystem: { write: ['./generated_project/docs'] } }],
  }),
  capabilities: z
    .array(z.enum(['deterministic_safe', 'workspace_mutation', 'external_network', 'shell', 'expensive']))
    .optional()
    .meta({
      description: 'What the tool may do to the world, besides what its type or its code says.',
      examples: [['external_network']],
    }),
  risk: z
    .enum(['low', 'medium', 'high'])
    .optional()
    .meta({ description: 'How much harm a call can do. Never less than its capabilities say.' }),
  consent: z
    .enum(['never', 'risky', 'always'])
    .optional()
    .meta({ description: 'When a person is asked before the tool runs. Default: never.' }),
  consent_timeout: Duration.optional().meta({
    description: 'How long a person may take to answer; then it is a no. Default: for ever.',
    examples: ['1h'],
  }),
};
export const filesystemToolFields = {
  ...toolFields,
  root: z
    .string()
    .min(1)
    .meta({
      description: 'Directory the tool stays in, relative to the project directory.',
      examples: ['./generated_project'],
    }),
};

export const codeToolFields = {
  input_schema: SchemaReference.optional().meta({ description: 'What the arguments have to look like.' }),
  output_schema: SchemaReference.optional().meta({ description: 'What the output has to look like.' }),
};

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
  sandbox: z.enum(['auto', 'required', 'off']).optional().meta({
    description:
      'Whether the command is locked up with bubblewrap: auto where it is there, required or not at all. Default: auto.',
  }),
  max_memory_bytes: z
    .int()
    .min(1_048_576)
    .optional()
    .meta({ description: 'Most memory of each process of the command. Default: no limit.', examples: [536_870_912] }),
  max_processes: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({
      description: 'Most processes of the command at a time. Default: 512 in a sandbox, else no limit.',
      examples: [64],
    }),
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

export const HttpToolSpec = z.strictObject({
  type: z.literal('http.request').meta({ description: 'Asks a server.' }),
  ...toolFields,
  method: z
    .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .optional()
    .meta({ description: 'Method of the request. Default: GET.', examples: ['POST'] }),
  url: z
    .string()
    .min(1)
    .meta({
      description: 'Address; behind the host {name} takes an argument, {+name} one with several segments of a path.',
      examples: ['https://api.example.org/v1/{city}'],
    }),
  query: z
    .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ description: 'Query of the address; {name} takes an argument.', examples: [{ units: 'metric' }] }),
  headers: z
    .record(z.string().min(1), z.string())
    .optional()
    .meta({
      description: 'Headers of the request; {name} takes an argument.',
      examples: [{ authorization: 'Bearer ${env:API_TOKEN}' }],
    }),
  body: z
    .json()
    .optional()
    .meta({
      description: 'Body of the request, sent as JSON. A text that is nothing but {name} becomes the argument itself.',
      examples: [{ title: '{title}', labels: '{labels}' }],
    }),
  allow_hosts: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description: 'Hosts the tool may reach, redirects included. Default: that of its address.',
      examples: [['api.example.org', '*.example.net:8443']],
    }),
  ...codeToolFields,
});

/** Names as servers may give them to their tools: nothing in them needs to be quoted anywhere. */
const servedToolName = z
  .string()
  .max(128)
  .regex(/^[\w./-]+$/u)
  .meta({ description: 'A name of letters, digits, "_", "-", "." and "/".', examples: ['list_issues'] });

/** A server, each of whose tools goes by the name of the entry, a dot, and its own name. */
export const McpToolSpec = z.strictObject({
  type: z.literal('mcp').meta({ description: 'Tools of an MCP server: one that is started, or one at an address.' }),
  ...toolFields,
  command: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Program that serves the tools over its standard input and output.', examples: ['npx'] }),
  args: z
    .array(z.string())
    .optional()
    .meta({ description: 'Its arguments.', examples: [['some-mcp-server']] }),
  environment: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of variables that are passed on, besides PATH and LANG.', examples: [['HOME']] }),
  url: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'In place of a command: address of a server that speaks streamable HTTP.',
      examples: ['https://mcp.example.org/mcp'],
    }),
  headers: z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/u), z.string())
    .optional()
    .meta({
      description: 'Headers of every request to the address.',
      examples: [{ Authorization: 'Bearer ${env:TRACKER_TOKEN}' }],
    }),
  only: z
    .array(servedToolName)
    .min(1)
    .meta({
      description:
        'Tools to take from the server; no others exist. Each is called by the name of the entry, a dot and its own.',
      examples: [['list_issues']],
    }),
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
