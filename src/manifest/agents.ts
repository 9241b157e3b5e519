import { z } from 'zod';
import { Id, SchemaReference } from './common.ts';

export const JsonRetrySpec = z.strictObject({
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'How often the agent is asked again after an answer that breaks its schema.', examples: [2] }),
});

export const AgentSpec = z.strictObject({
  description: z.string().optional(),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Alias of engine.models, or "offline". Default: defaults.model.' }),
  prompt: z
    .string()
    .min(1)
    .meta({ description: 'Path of a file below prompts/, or the prompt itself. A Liquid template.' }),
  fallback_models: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Models to ask in turn when the first one fails.', examples: [['gpt-max']] }),
  context_profile: z.string().min(1).optional(),
  tools: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Tools that the agent may call.', examples: [['write_file', 'read_file']] }),
  max_steps: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Cycles of reasoning, acting and observing inside one stage.', examples: [6] }),
  json: JsonRetrySpec.optional().meta({ description: 'What to do about answers that break the output schema.' }),
  output_schema: SchemaReference.optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_output_tokens: z.int().min(1).optional(),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

/** An agent as it may be written: one without a prompt is asked by its description. */
export const DeclaredAgentSpec = AgentSpec.extend({
  prompt: AgentSpec.shape.prompt.optional().meta({
    description: 'Path of a file below prompts/, or the prompt itself. A Liquid template. Default: the description.',
    examples: ['prompts/architect.md'],
  }),
}).refine(({ prompt, description = '' }) => prompt !== undefined || description.trim() !== '', { path: ['prompt'] });
export type DeclaredAgentSpec = z.infer<typeof DeclaredAgentSpec>;

export const AgentsFile = z.strictObject({ $schema: z.string().optional(), agents: z.record(Id, DeclaredAgentSpec) });
export type AgentsFile = z.infer<typeof AgentsFile>;
