import { z } from 'zod';
import { Id, SchemaReference } from './common.ts';

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
  context_profile: z.string().min(1).optional(),
  tools: z.array(z.string().min(1)).optional(),
  output_schema: SchemaReference.optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_output_tokens: z.int().min(1).optional(),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

export const AgentsFile = z.strictObject({ $schema: z.string().optional(), agents: z.record(Id, AgentSpec) });
export type AgentsFile = z.infer<typeof AgentsFile>;
