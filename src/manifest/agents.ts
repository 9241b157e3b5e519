import { z } from 'zod';
import { BudgetSpec } from './budget.ts';
import { Id, SchemaAddress, SchemaReference } from './common.ts';
import { PermissionsSpec } from './permissions.ts';

export const JsonRetrySpec = z.strictObject({
  retries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'How often the agent is asked again after an answer that breaks its schema.', examples: [2] }),
});

export const AgentSpec = z.strictObject({
  description: z
    .string()
    .optional()
    .meta({
      description: 'What the agent is for. The prompt of an agent that has none.',
      examples: ['Designs the architecture and file layout.'],
    }),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Alias of engine.models, or "offline". Default: defaults.model.',
      examples: ['gpt-max', 'offline'],
    }),
  prompt: z
    .string()
    .min(1)
    .meta({
      description: 'Path of a file below prompts/, or the prompt itself. A Liquid template.',
      examples: ['prompts/architect.md'],
    }),
  fallback_models: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Models to ask in turn when the first one fails.', examples: [['gpt-max']] }),
  context_profile: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Profile of memory.yaml that says what of the memory is shown. Default: none of it.',
      examples: ['architect_profile'],
    }),
  tools: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Tools that the agent may call.', examples: [['write_file', 'read_file']] }),
  permissions: PermissionsSpec.optional().meta({
    description: 'Narrows for the calls of this agent what its tools may do. What it leaves out stays as it is.',
    examples: [{ filesystem: { write: [] }, commands: { allow: ['npm test'] } }],
  }),
  max_steps: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Cycles of reasoning, acting and observing inside one stage.', examples: [6] }),
  json: JsonRetrySpec.optional().meta({ description: 'What to do about answers that break the output schema.' }),
  output_schema: SchemaReference.optional().meta({
    description: 'What an answer has to look like: name of a file in schemas/ without .json, or a JSON Schema.',
  }),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .meta({ description: 'How freely the model words its answer. Default: that of the provider.', examples: [0, 0.7] }),
  max_output_tokens: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Most tokens of one answer. Default: that of the model.', examples: [2_000] }),
  state_field: z
    .string()
    .min(1)
    .optional()
    .meta({
      description:
        'Field of its answers that is its state: kept in project_store, and shown to it whenever it is asked again, in this task or another.',
      examples: ['notes'],
    }),
  budget: BudgetSpec.optional().meta({ description: 'For all that the agent does in one task.' }),
});
export type AgentSpec = z.infer<typeof AgentSpec>;

/** An agent as it may be written: one without a prompt is asked by its description. */
export const DeclaredAgentSpec = AgentSpec.extend({
  prompt: AgentSpec.shape.prompt.optional().meta({
    description: 'Path of a file below prompts/, or the prompt itself. A Liquid template. Default: the description.',
    examples: ['prompts/architect.md'],
  }),
})
  .refine(({ prompt, description = '' }) => prompt !== undefined || description.trim() !== '', { path: ['prompt'] })
  .meta({
    id: 'agent',
    description: 'A model with its prompt, its tools and the form of its answers.',
    anyOf: [{ required: ['prompt'] }, { required: ['description'], properties: { description: { pattern: '\\S' } } }],
  });
export type DeclaredAgentSpec = z.infer<typeof DeclaredAgentSpec>;

export const AgentsFile = z
  .strictObject({
    $schema: SchemaAddress,
    agents: z.record(Id, DeclaredAgentSpec).meta({
      description: 'The agents by name.',
      examples: [{ judge: { model: 'offline', prompt: 'prompts/judge.md', output_schema: 'Verdict' } }],
    }),
  })
  .meta({ description: 'Who can be asked, with which model, prompt, tools and output schema.' });
export type AgentsFile = z.infer<typeof AgentsFile>;
