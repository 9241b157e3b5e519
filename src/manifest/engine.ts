import { z } from 'zod';
import { BudgetSpec } from './budget.ts';
import { Duration, SchemaAddress } from './common.ts';
import { ModelSpec } from './models.ts';
import { OverridesSpec } from './overrides.ts';
import { PermissionsSpec } from './permissions.ts';
import { providers } from './providers.ts';

export const DefaultsSpec = z.strictObject({
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Model of the agents that name none. Default: offline.', examples: ['claude-sonnet'] }),
  timeout: Duration.optional().meta({ description: 'For one attempt of a stage. Default: none.' }),
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'Further attempts after a failed one. Default: 0.', examples: [1] }),
  backoff: Duration.optional().meta({ description: 'Wait before the first retry; doubles each time. Default: 500ms.' }),
  max_parallel: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Stages of one task at a time. Default: 8.', examples: [8] }),
  max_cost_usd: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'Most that one task may cost, in US dollars: a hard stop.', examples: [1] }),
  max_tokens_total: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Most tokens that one task may use, prompts and answers together.', examples: [200_000] }),
  budget: BudgetSpec.optional().meta({ description: 'For a whole task whose workflow says nothing else.' }),
});
export type DefaultsSpec = z.infer<typeof DefaultsSpec>;

const placesAtATime = z.int().min(1).max(10_000);

export const LimitsSpec = z.strictObject({
  max_parallel: placesAtATime.optional().meta({
    description:
      'Stages at work at a time, over all tasks: agents and tools; the others do not wait. Default: no limit.',
    examples: [64],
  }),
  providers: z
    .partialRecord(z.enum(providers), placesAtATime)
    .optional()
    .meta({
      description: 'Stages at a time, over all tasks, whose agent asks a model of a provider. Default: no limit.',
      examples: [{ scripted: 4 }],
    }),
  max_value_bytes: z
    .int()
    .min(1_024)
    .optional()
    .meta({ description: 'Largest output of a stage, as JSON. Default: 8 MiB.', examples: [1_048_576] }),
  max_input_bytes: z
    .int()
    .min(1_024)
    .optional()
    .meta({ description: 'Largest request of a task. Default: 8 MiB.', examples: [65_536] }),
});
export type LimitsSpec = z.infer<typeof LimitsSpec>;

export const KeptFor = z.union([z.literal('keep'), Duration]);

export const RetentionSpec = z.strictObject({
  completed: KeptFor.optional().meta({ description: 'For tasks that ended well.', examples: ['30d'] }),
  partial: KeptFor.optional().meta({ description: 'For tasks of which parts failed.', examples: ['90d'] }),
  failed: KeptFor.optional().meta({ description: 'For tasks that failed.', examples: ['keep'] }),
  cancelled: KeptFor.optional().meta({ description: 'For tasks that were cancelled.', examples: ['7d'] }),
});
export type RetentionSpec = z.infer<typeof RetentionSpec>;

export const EngineSpec = z.strictObject({
  name: z
    .string()
    .min(1)
    .meta({ description: 'Name of the project.', examples: ['code_gremlin'] }),
  version: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Version of the project.', examples: ['1.0.0'] }),
  default_request: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Request of a run that is given none.', examples: ['Summarise README.md'] }),
  models: z
    .record(z.string().min(1), ModelSpec)
    .optional()
    .meta({
      description: 'Models by the alias that agents name.',
      examples: [{ 'claude-sonnet': { provider: 'anthropic', model: 'claude-sonnet-4-5', context_window: 200_000 } }],
    }),
  defaults: DefaultsSpec.optional().meta({ description: 'What holds where a node or an agent says nothing else.' }),
  limits: LimitsSpec.optional().meta({ description: 'How large values may be.' }),
  permissions: PermissionsSpec.optional().meta({
    description: 'The widest anything may get. Nothing is permitted by default.',
  }),
  overrides: OverridesSpec.optional().meta({
    description: 'How requests can change manifest values for their task.',
    examples: [{ parse_requests: true }],
  }),
  state_dir: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Journals and state. Default: ./.agent-engine', examples: ['./.agent-engine'] }),
  durability: z.enum(['full', 'process']).optional().meta({
    description:
      'full: every commit reaches the disk; process: survives a killed process, not a power cut. Default: full.',
  }),
  retention: RetentionSpec.optional().meta({
    description: 'How long tasks are kept that are over, by status. Default: keep all.',
    examples: [{ completed: '30d', failed: 'keep' }],
  }),
});
export type EngineSpec = z.infer<typeof EngineSpec>;

export const EngineFile = z
  .strictObject({
    $schema: SchemaAddress,
    engine: EngineSpec.meta({ description: 'What every part of the project may use, and how far it may go.' }),
  })
  .meta({ description: 'Name, model aliases, defaults, limits and permissions.' });
export type EngineFile = z.infer<typeof EngineFile>;
