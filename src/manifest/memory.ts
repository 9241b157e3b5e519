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

export const StoreSpec = z.discriminatedUnion('type', [InMemoryStoreSpec, FileStoreSpec, DisabledStoreSpec]);
export type StoreSpec = z.infer<typeof StoreSpec>;

export const StoreName = z.enum(['task_store', 'project_store', 'global_store']);
export type StoreName = z.infer<typeof StoreName>;

export const RetrievalPolicy = z.enum(['recency', 'importance', 'keyword', 'hybrid']);
export type RetrievalPolicy = z.infer<typeof RetrievalPolicy>;

export const ContextProfileSpec = z.strictObject({
  max_tokens: z.int().min(1),
  retrieval_policy: RetrievalPolicy.optional().meta({ description: 'Default: recency.' }),
  sources: z.array(StoreName).min(1),
});
export type ContextProfileSpec = z.infer<typeof ContextProfileSpec>;

export const MemoryFile = z.strictObject({
  $schema: z.string().optional(),
  memory: z
    .strictObject({
      task_store: StoreSpec.optional(),
      project_store: StoreSpec.optional(),
      global_store: StoreSpec.optional(),
    })
    .optional(),
  context_profiles: z.record(Id, ContextProfileSpec).optional(),
});
export type MemoryFile = z.infer<typeof MemoryFile>;
