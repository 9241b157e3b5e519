import { z } from 'zod';
import { Duration } from './common.ts';

export const PriceSpec = z.strictObject({
  input_per_mtok: z.number().min(0),
  output_per_mtok: z.number().min(0),
  cached_input_per_mtok: z.number().min(0).optional(),
});
export type PriceSpec = z.infer<typeof PriceSpec>;

export const ModelSpec = z.strictObject({
  provider: z
    .string()
    .min(1)
    .meta({ description: 'Adapter to ask.', examples: ['offline', 'scripted'] }),
  model: z.string().min(1).optional().meta({ description: 'Name of the model at the provider.' }),
  base_url: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Address of a server that speaks like the provider.',
      examples: ['http://localhost:8000/v1'],
    }),
  context_window: z.int().min(256).optional().meta({ description: 'Tokens that prompt and answer share.' }),
  max_output_tokens: z.int().min(1).optional(),
  price: PriceSpec.optional().meta({ description: 'US dollars per million tokens. Without it no cost is given.' }),
  script: z.string().min(1).optional().meta({ description: 'File with the replies of a scripted model.' }),
});
export type ModelSpec = z.infer<typeof ModelSpec>;

export const FilesystemPermissions = z.strictObject({
  read: z.array(z.string().min(1)).optional(),
  write: z.array(z.string().min(1)).optional(),
});

export const PermissionsSpec = z.strictObject({
  filesystem: FilesystemPermissions.optional().meta({ description: 'Directories, relative to the project directory.' }),
  network: z
    .strictObject({ allow: z.array(z.string().min(1)).optional(), deny: z.array(z.string().min(1)).optional() })
    .optional()
    .meta({
      description: 'Hosts that may be reached, and hosts that may not.',
      examples: [{ allow: ['api.github.com'] }],
    }),
  commands: z
    .strictObject({ allow: z.array(z.string().min(1)).optional() })
    .optional()
    .meta({
      description: 'Command lines that may be run; "*" stands for any rest.',
      examples: [{ allow: ['npm test', 'pytest *'] }],
    }),
});
export type PermissionsSpec = z.infer<typeof PermissionsSpec>;

export const DefaultsSpec = z.strictObject({
  model: z.string().min(1).optional(),
  timeout: Duration.optional().meta({ description: 'For one attempt of a stage. Default: none.' }),
  retries: z.int().min(0).max(100).optional().meta({ description: 'Further attempts after a failed one. Default: 0.' }),
  backoff: Duration.optional().meta({ description: 'Wait before the first retry; doubles each time. Default: 500ms.' }),
  max_parallel: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Stages of one task at a time. Default: 8.' }),
  max_cost_usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'Most that one task may cost.', examples: [1] }),
  max_tokens_total: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Most tokens that one task may use, prompts and answers together.', examples: [200_000] }),
});
export type DefaultsSpec = z.infer<typeof DefaultsSpec>;

export const LimitsSpec = z.strictObject({
  max_value_bytes: z
    .int()
    .min(1_024)
    .optional()
    .meta({ description: 'Largest output of a stage, as JSON. Default: 8 MiB.' }),
  max_input_bytes: z.int().min(1_024).optional().meta({ description: 'Largest request of a task. Default: 8 MiB.' }),
});
export type LimitsSpec = z.infer<typeof LimitsSpec>;

export const EngineSpec = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1).optional(),
  default_request: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Request of a run that is given none.', examples: ['Summarise README.md'] }),
  models: z.record(z.string().min(1), ModelSpec).optional(),
  defaults: DefaultsSpec.optional(),
  limits: LimitsSpec.optional(),
  permissions: PermissionsSpec.optional().meta({
    description: 'The widest anything may get. Nothing is permitted by default.',
  }),
  state_dir: z.string().min(1).optional().meta({ description: 'Journals and state. Default: ./.agent-engine' }),
  durability: z.enum(['full', 'process']).optional().meta({
    description:
      'full: every commit reaches the disk; process: survives a killed process, not a power cut. Default: full.',
  }),
});
export type EngineSpec = z.infer<typeof EngineSpec>;

export const EngineFile = z.strictObject({ $schema: z.string().optional(), engine: EngineSpec });
export type EngineFile = z.infer<typeof EngineFile>;
