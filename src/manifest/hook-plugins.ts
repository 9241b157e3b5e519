import { z } from 'zod';
import { Duration } from './common.ts';

const common = {
  name: z
    .string()
    .regex(/^[\w-]{1,64}$/u)
    .meta({ description: 'Name of the plugin in this project: letters, digits, "_" and "-".', examples: ['guard'] }),
  critical: z
    .boolean()
    .optional()
    .meta({ description: 'Whether what waits for the plugin fails when the plugin does. Default: false.' }),
};

export const ModulePluginSpec = z.strictObject({
  ...common,
  type: z.literal('module').meta({ description: 'A plugin of your own.' }),
  module: z
    .string()
    .min(1)
    .meta({ description: 'File that exports it as "plugin".', examples: ['./plugins/guard.js'] }),
  timeout: Duration.optional().meta({ description: 'How long a hook may take. Default: 5s.', examples: ['2s'] }),
  config: z
    .record(z.string(), z.json())
    .optional()
    .meta({ description: 'What its "setup" is given.', examples: [{ forbid: ['deploy'] }] }),
});

const RateLimitSpec = z.strictObject({
  provider: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Provider of models whose calls are counted.', examples: ['openai'] }),
  tool: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Tool whose calls are counted.', examples: ['search'] }),
  calls: z
    .int()
    .min(1)
    .meta({ description: 'Calls that may begin within the interval.', examples: [60] }),
  per: Duration.meta({ description: 'The interval.', examples: ['1m'] }),
  on_limit: z
    .enum(['wait', 'veto'])
    .optional()
    .meta({ description: 'What becomes of a call beyond it: it waits, or it is not made. Default: wait.' }),
  max_wait: Duration.optional().meta({
    description: 'A call that would have to wait longer is not made. Default: 60s.',
    examples: ['30s'],
  }),
});
export type RateLimitSpec = z.infer<typeof RateLimitSpec>;

export const RateLimiterPluginSpec = z.strictObject({
  ...common,
  type: z.literal('rate_limiter').meta({ description: 'Bounds how many calls begin within a time.' }),
  config: z
    .strictObject({
      limits: z
        .array(RateLimitSpec)
        .min(1)
        .max(1_000)
        .meta({ description: 'All of them hold.', examples: [[{ provider: 'openai', calls: 60, per: '1m' }]] }),
    })
    .meta({ description: 'What is bounded.' }),
});

export const piiKinds = ['email', 'phone', 'iban', 'credit_card', 'ip'] as const;
export type PiiKind = (typeof piiKinds)[number];

export const PiiRedactorPluginSpec = z.strictObject({
  ...common,
  type: z
    .literal('pii_redactor')
    .meta({ description: 'Takes what looks like personal data out of texts, as well as it can.' }),
  config: z
    .strictObject({
      prompts: z
        .enum(['all', 'messages', 'none'])
        .optional()
        .meta({ description: 'Parts of prompts that are looked through before a model gets them. Default: all.' }),
      events: z.boolean().optional().meta({ description: 'Whether events are, before any sink. Default: true.' }),
      kinds: z
        .array(z.enum(piiKinds))
        .min(1)
        .optional()
        .meta({ description: 'What is looked for. Default: all kinds.', examples: [['email', 'iban']] }),
    })
    .optional()
    .meta({ description: 'What is looked for, and where.' }),
});

/** Plugins that take part in the work of the engine, in the order in which they are asked. */
export const HookPluginSpec = z.discriminatedUnion('type', [
  ModulePluginSpec,
  RateLimiterPluginSpec,
  PiiRedactorPluginSpec,
]);
export type HookPluginSpec = z.infer<typeof HookPluginSpec>;

const hookPluginTypes: ReadonlySet<string> = new Set(HookPluginSpec.options.map(({ shape }) => shape.type.value));

/** Whether a plugin takes part in the work, rather than listening. */
export function isHookPlugin<Spec extends { readonly type: string }>(
  plugin: Spec,
): plugin is Extract<Spec, { type: HookPluginSpec['type'] }> {
  return hookPluginTypes.has(plugin.type);
}
