import { z } from 'zod';

const common = {
  name: z.string().min(1),
  critical: z.boolean().optional().meta({ description: 'Whether a task fails when the plugin does. Default: false.' }),
};
const payloads = z
  .enum(['full', 'metadata', 'none'])
  .optional()
  .meta({ description: 'How much of what an event is about goes along.' });

export const LoggerPluginSpec = z.strictObject({
  ...common,
  type: z.literal('telemetry.logger'),
  config: z.strictObject({ path: z.string().min(1).meta({ description: 'File, one JSON event a line.' }), payloads }),
});
export type LoggerPluginSpec = z.infer<typeof LoggerPluginSpec>;

/** Not in this version: declared and left out. What else they take is not settled, so further fields are let through. */
export const CostSummaryPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.cost_summary'),
  config: z
    .object({
      warn_above_usd: z
        .number()
        .min(0)
        .optional()
        .meta({ description: 'Cost of a task.', examples: [0.1] }),
    })
    .optional(),
});
export const StdoutPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.stdout'),
  config: z.object({ payloads }).optional(),
});
export const OtelPluginSpec = z.object({
  ...common,
  type: z.literal('telemetry.otel'),
  config: z.object({ payloads }).optional(),
});
export const ModulePluginSpec = z.object({
  ...common,
  type: z.literal('module'),
  module: z
    .string()
    .min(1)
    .meta({ description: 'File that exports the plugin.', examples: ['./plugins/guard.js'] }),
});

export const PluginSpec = z.discriminatedUnion('type', [LoggerPluginSpec]);
export type PluginSpec = z.infer<typeof PluginSpec>;

export const DeclaredPluginSpec = z.discriminatedUnion('type', [
  ...PluginSpec.options,
  CostSummaryPluginSpec,
  StdoutPluginSpec,
  OtelPluginSpec,
  ModulePluginSpec,
]);
export type DeclaredPluginSpec = z.infer<typeof DeclaredPluginSpec>;

export const PluginsFile = z.strictObject({ $schema: z.string().optional(), plugins: z.array(DeclaredPluginSpec) });
export type PluginsFile = z.infer<typeof PluginsFile>;
