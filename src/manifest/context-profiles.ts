import { z } from 'zod';
import { StoreName } from './memory-stores.ts';

export const RetrievalPolicy = z.enum(['recency', 'importance', 'keyword', 'semantic', 'hybrid']);
export type RetrievalPolicy = z.infer<typeof RetrievalPolicy>;

export const CostMode = z.enum(['cheap', 'balanced', 'max_quality']);
export type CostMode = z.infer<typeof CostMode>;

const denied = (what: string, examples: string[]) =>
  z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: `${what} that are never shown.`, examples: [examples] });

export const DenySpec = z.strictObject({
  kinds: denied('Kinds of items', ['observation']),
  tags: denied('Tags of items', ['private']),
  sources: denied('Sources of items', ['drafting']),
});
export type DenySpec = z.infer<typeof DenySpec>;

export const ContextProfileSpec = z.strictObject({
  max_tokens: z
    .int()
    .min(1)
    .meta({
      description: 'What does not fit is shortened or left out, with a note of how much.',
      examples: [4_000],
    }),
  retrieval_policy: RetrievalPolicy.optional().meta({ description: 'What comes first. Default: recency.' }),
  sources: z
    .array(StoreName)
    .min(1)
    .meta({ description: 'Stores that are read, of those that this file declares.', examples: [['task_store']] }),
  k_recent_messages: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'How many of the latest messages are always there. Default: 2.', examples: [6] }),
  cost_mode: CostMode.optional().meta({
    description: 'How strongly texts are shortened before any is left out: cheap most. Default: balanced.',
    examples: ['cheap'],
  }),
  match_task_tags: z.boolean().optional().meta({
    description:
      'Whether project_store and global_store show only what has all tags of the task, and what is pinned. Default: false.',
  }),
  deny: DenySpec.optional().meta({ description: 'What is never shown, whatever else the profile says.' }),
  include_task_history: z
    .boolean()
    .optional()
    .meta({ description: 'Whether messages and outputs of earlier stages are taken. Default: true.' }),
  include_project_docs: z
    .boolean()
    .optional()
    .meta({ description: 'Whether documents and their chunks are taken. Default: true.' }),
  include_preferences: z.boolean().optional().meta({ description: 'Whether preferences are taken. Default: true.' }),
  include_observations: z
    .boolean()
    .optional()
    .meta({ description: 'Whether observations of tools are taken. Default: true.' }),
});
export type ContextProfileSpec = z.infer<typeof ContextProfileSpec>;

export const DeclaredContextProfileSpec = ContextProfileSpec.meta({
  id: 'context_profile',
  description: 'What an agent is shown of the memory.',
});
export type DeclaredContextProfileSpec = z.infer<typeof DeclaredContextProfileSpec>;
