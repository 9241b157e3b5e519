import { z } from 'zod';

export const LoggerPluginSpec = z.strictObject({
  name: z.string().min(1),
  type: z.literal('telemetry.logger'),
  config: z.strictObject({ path: z.string().min(1).meta({ description: 'File, one JSON event a line.' }) }),
});
export type LoggerPluginSpec = z.infer<typeof LoggerPluginSpec>;

export const PluginSpec = z.discriminatedUnion('type', [LoggerPluginSpec]);
export type PluginSpec = z.infer<typeof PluginSpec>;

export const PluginsFile = z.strictObject({ $schema: z.string().optional(), plugins: z.array(PluginSpec) });
export type PluginsFile = z.infer<typeof PluginsFile>;
