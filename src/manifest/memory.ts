import { z } from 'zod';
import { Id } from './common.ts';

export const InMemoryStoreSpec = z.strictObject({
  type: z.literal('in_memory'),
  max_messages: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The oldest items beyond it are forgotten. Default: 1000.' }),
});
export const FileStoreSpec = z.strictObject({
  type: z.literal('file_json'),
  path: z.string().min(1).meta({ description: 'File, relative to the project directory.' }),
  max_messages: z.int().min(1).optional(),
});
export const DisabledStoreSpec = z.strictObject({ type: z.literal('disabled') });
/** Not in this version. */
export const SqliteStoreSpec = z.object({
  type: z.literal('sqlite'),
  path: z.string().min(1).optional().meta({ description: 'File, relative to the project directory.' }),
  max_messages: z.int().min(1).optional(),
});

export const StoreSpec = z.discriminatedUnion('type', [InMemoryStoreSpec, FileStoreSpec, DisabledStoreSpec]);
export type StoreSpec = z.infer<typeof StoreSpec>;

export const DeclaredStoreSpec = z.discriminatedUnion('type', [...StoreSpec.options, SqliteStoreSpec]);
export type DeclaredStoreSpec = z.infer<typeof DeclaredStoreSpec>;

export const StoreName = z.enum(['task_store', 'project_store', 'global_store']);
export type StoreName = z.infer<typeof StoreName>;

export const RetrievalPolicy = z.enum(['recency', 'importance', 'keyword', 'hybrid']);
export type RetrievalPolicy = z.infer<typeof RetrievalPolicy>;

export const DeclaredRetrievalPolicy = z.enum([...RetrievalPolicy.options, 'semantic']);

export const ContextProfileSpec = z.strictObject({
  max_tokens: z.int().min(1),
  retrieval_policy: RetrievalPolicy.optional().meta({ description: 'Default: recency.' }),
  sources: z.array(StoreName).min(1),
  k_recent_messages: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'How many of the latest messages are always there.', examples: [6] }),
  include_task_history: z.boolean().optional().meta({ description: 'Whether outputs of earlier stages are taken.' }),
  include_project_docs: z.boolean().optional().meta({ description: 'Whether documents of the project are taken.' }),
});
export type ContextProfileSpec = z.infer<typeof ContextProfileSpec>;

export const DeclaredContextProfileSpec = ContextProfileSpec.extend({
  retrieval_policy: DeclaredRetrievalPolicy.optional().meta({ description: 'Default: recency.' }),
});
export type DeclaredContextProfileSpec = z.infer<typeof DeclaredContextProfileSpec>;

/** Memory as it can run. */
export const MemorySpec = z.strictObject({
  memory: z
    .strictObject({
      task_store: StoreSpec.optional(),
      project_store: StoreSpec.optional(),
      global_store: StoreSpec.optional(),
    })
    .optional(),
  context_profiles: z.record(Id, ContextProfileSpec).optional(),
});
export type MemorySpec = z.infer<typeof MemorySpec>;

export const MemoryFile = z.strictObject({
  $schema: z.string().optional(),
  memory: z
    .strictObject({
      task_store: DeclaredStoreSpec.optional(),
      project_store: DeclaredStoreSpec.optional(),
      global_store: DeclaredStoreSpec.optional(),
    })
    .optional(),
  context_profiles: z.record(Id, DeclaredContextProfileSpec).optional(),
});
export type MemoryFile = z.infer<typeof MemoryFile>;
