import { z } from 'zod';
import { StoreName } from './memory-stores.ts';

export const RetrievalPolicy = z.enum(['recency', 'importance', 'keyword', 'semantic', 'hybrid']);
export type RetrievalPolicy = z.infer<typeof RetrievalPolicy>;

export const ContextProfileSpec = z.strictObject({
  max_tokens: z
    .int()
    .min(1)
    .meta({ description: 'What does not fit is left out, with a note of how much.', examples: [4_000] }),
  retrieval_policy: RetrievalPolicy.optional().meta({ description: 'What comes first. Default: recency.' }),
  sources: z
    .array(StoreName)
    .min(1)
    .meta({ description: 'Stores that are read, of those that this file declares.', examples: [['task_store']] }),
  k_recent_messages: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'How many of the latest messages are always there.', examples: [6] }),
  include_task_history: z.boolean().optional().meta({ description: 'Whether outputs of earlier stages are taken.' }),
  include_project_docs: z.boolean().optional().meta({ description: 'Whether documents of the project are taken.' }),
});
export type ContextProfileSpec = z.infer<typeof ContextProfileSpec>;

export const DeclaredContextProfileSpec = ContextProfileSpec.meta({
  id: 'context_profile',
  description: 'What an agent is shown of the memory.',
});
export type DeclaredContextProfileSpec = z.infer<typeof DeclaredContextProfileSpec>;
