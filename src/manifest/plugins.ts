import { z } from 'zod';
import { Duration, SchemaAddress } from './common.ts';
import { HookPluginSpec } from './hook-plugins.ts';

const common = {
  name: z
    .string()
    .min(1)
    .meta({ description: 'Name of the plugin in this project.', examples: ['event_log'] }),
  critical: z.boolean().optional().meta({ description: 'Whether a task fails when the plugin does. Default: false.' }),
};
const payloads = z.enum(['full', 'metadata', 'none']).optional().meta({
  description:
    'How much of what an event is about goes along: with what models and tools were given and said, facts alone, or ids and type. Default: metadata.',
});

export const LoggerPluginSpec = z.strictObject({
  ...common,
  type: z.literal('telemetry.logger').meta({ description: 'Writes every event to a file.' }),
  config: z
    .strictObject({
      path: z
        .string()
        .min(1)
        .meta({ description: 'File, one JSON event a line.', examples: ['./logs/events.jsonl'] }),
      payloads,
      max_bytes: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'With more the file is put aside, as <path>.1. Default: never.', examples: [10_000_000] }),
      max_age: Duration.optional().meta({
        description: 'An event that is so much later than the first one goes to a new file. Default: never.',
        examples: ['1d'],
      }),
      keep: z
        .int()
        .min(1)
        .max(1_000)
        .optional()
        .meta({ description: 'Files that were put aside and are kept. Default: 5.', examples: [5] }),
      fsync: z.enum(['always', 'interval', 'close']).optional().meta({
        description: 'When the disk is waited for: after each write, once a second, or at the end. Default: close.',
      }),
    })
    .meta({ description: 'How it does so.' }),
});
export type LoggerPluginSpec = z.infer<typeof LoggerPluginSpec>;

export const AuditLogPluginSpec = z.strictObject({
  ...common,
  type: z.literal('audit.log').meta({ description: 'Writes what matters to security to a file that shows changes.' }),
  config: z
    .strictObject({
      path: z
        .string()
        .min(1)
        .meta({ description: 'File, one JSON entry a line.', examples: ['./.agent-engine/audit.jsonl'] }),
      fsync: z
        .enum(['always', 'close'])
        .optional()
        .meta({ description: 'When the disk is waited for: after each write, or at the end. Default: always.' }),
    })
    .meta({ description: 'How it does so.' }),
});
export type AuditLogPluginSpec = z.infer<typeof AuditLogPluginSpec>;

export const CostSummaryPluginSpec = z.strictObject({
  ...common,
  type: z
    .literal('telemetry.cost_summary')
    .meta({ description: 'Says at the end what tasks, agents and models cost.' }),
  config: z
    .strictObject({
      warn_above_usd: z
        .number()
        .min(0)
        .optional()
        .meta({ description: 'Cost of a task that is warned of.', examples: [0.1] }),
    })
    .optional()
    .meta({ description: 'How it does so.' }),
});
export const StdoutPluginSpec = z.strictObject({
  ...common,
  type: z.literal('telemetry.stdout').meta({ description: 'Prints every event.' }),
  config: z
    .strictObject({
      format: z
        .enum(['pretty', 'ndjson'])
        .optional()
        .meta({ description: 'Lines for people, or one JSON event a line. Default: pretty.' }),
      payloads,
    })
    .optional()
    .meta({ description: 'How it does so.' }),
});
export const OtelPluginSpec = z.strictObject({
  ...common,
  type: z.literal('telemetry.otel').meta({ description: 'Sends traces and metrics to OpenTelemetry.' }),
  config: z.strictObject({ payloads }).optional().meta({ description: 'How it does so; the rest is said by OTEL_*.' }),
});

export const PluginSpec = z.discriminatedUnion('type', [
  LoggerPluginSpec,
  AuditLogPluginSpec,
  CostSummaryPluginSpec,
  StdoutPluginSpec,
  OtelPluginSpec,
]);
export type PluginSpec = z.infer<typeof PluginSpec>;

export const DeclaredPluginSpec = z
  .discriminatedUnion('type', [...PluginSpec.options, ...HookPluginSpec.options])
  .meta({ id: 'plugin', description: 'Something that listens to the engine, or takes part in its work.' });
export type DeclaredPluginSpec = z.infer<typeof DeclaredPluginSpec>;

export const PluginsFile = z
  .strictObject({
    $schema: SchemaAddress,
    plugins: z.array(DeclaredPluginSpec).meta({
      description: 'The plugins.',
      examples: [[{ name: 'event_log', type: 'telemetry.logger', config: { path: './logs/events.jsonl' } }]],
    }),
    redact: z
      .array(z.string().min(1))
      .max(100)
      .optional()
      .meta({
        description: 'What fits one of these regular expressions is taken out of every event, as known secrets are.',
        examples: [['\\\\b\\\\d{3}-\\\\d{2}-\\\\d{4}\\\\b']],
      }),
  })
  .meta({ description: 'Plugins and telemetry sinks.' });
export type PluginsFile = z.infer<typeof PluginsFile>;
