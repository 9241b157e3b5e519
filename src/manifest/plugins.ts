import { z } from 'zod';
import { SchemaAddress } from './common.ts';

const common = {
  name: z
    .string()
    .min(1)
    .meta({ description: 'Name of the plugin in this project.', examples: ['event_log'] }),
  critical: z.boolean().optional().meta({ description: 'Whether a task fails when the plugin does. Default: false.' }),
};
const payloads = z
  .enum(['full', 'metadata', 'none'])
  .optional()
  .meta({ description: 'How much of what an event is about goes along.' });

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

/** Not in this version: declared and left out. What else they take is not settled, so further fields are let through. */
export const CostSummaryPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.cost_summary').meta({ description: 'Says what tasks cost. Not in this version.' }),
  config: z
    .object({
      warn_above_usd: z
        .number()
        .min(0)
        .optional()
        .meta({ description: 'Cost of a task.', examples: [0.1] }),
    })
    .optional()
    .meta({ description: 'How it does so.' }),
});
export const StdoutPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.stdout').meta({ description: 'Prints every event. Not in this version.' }),
  config: z.object({ payloads }).optional().meta({ description: 'How it does so.' }),
});
export const OtelPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.otel').meta({ description: 'Sends spans to OpenTelemetry. Not in this version.' }),
  config: z.object({ payloads }).optional().meta({ description: 'How it does so.' }),
});
export const ModulePluginSpec = z.object({
  ...common,
  type: z.literal('module').meta({ description: 'A plugin of your own. Not in this version.' }),
  module: z
    .string()
    .min(1)
    .meta({ description: 'File that exports the plugin.', examples: ['./plugins/guard.js'] }),
});

export const PluginSpec = z.discriminatedUnion('type', [LoggerPluginSpec, AuditLogPluginSpec]);
export type PluginSpec = z.infer<typeof PluginSpec>;

export const DeclaredPluginSpec = z
  .discriminatedUnion('type', [
    ...PluginSpec.options,
    CostSummaryPluginSpec,
    StdoutPluginSpec,
    OtelPluginSpec,
    ModulePluginSpec,
  ])
  .meta({ id: 'plugin', description: 'Something that listens to the engine.' });
export type DeclaredPluginSpec = z.infer<typeof DeclaredPluginSpec>;

export const PluginsFile = z
  .strictObject({
    $schema: SchemaAddress,
    plugins: z.array(DeclaredPluginSpec).meta({
      description: 'The plugins.',
      examples: [[{ name: 'event_log', type: 'telemetry.logger', config: { path: './logs/events.jsonl' } }]],
    }),
  })
  .meta({ description: 'Plugins and telemetry sinks.' });
export type PluginsFile = z.infer<typeof PluginsFile>;
