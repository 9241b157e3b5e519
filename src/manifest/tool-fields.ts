import { z } from 'zod';
import { Duration, SchemaReference } from './common.ts';
import { PermissionsSpec } from './permissions.ts';

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

/** Of tools that start a program. */
export const sandboxFields = {
  sandbox: z.enum(['auto', 'required', 'off']).optional().meta({
    description:
      'Whether the program is locked up with bubblewrap: auto where it is there, required or not at all. Default: auto.',
  }),
  max_memory_bytes: z
    .int()
    .min(1_048_576)
    .optional()
    .meta({ description: 'Most memory of each process. Default: no limit.', examples: [536_870_912] }),
  max_processes: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({
      description: 'Most processes at a time. Default: 512 in a sandbox, else no limit.',
      examples: [64],
    }),
};
