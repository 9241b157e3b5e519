import { z } from 'zod';

export const InMemoryStoreSpec = z.strictObject({
  type: z.literal('in_memory').meta({ description: 'Kept in the memory of the process.' }),
  max_messages: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The oldest items beyond it are forgotten. Default: 1000.', examples: [20] }),
});
const storePath = z
  .string()
  .min(1)
  .meta({ description: 'File, relative to the project directory.', examples: ['./.project_memory.json'] });
export const FileStoreSpec = z.strictObject({
  type: z.literal('file_json').meta({ description: 'Kept in a JSON file.' }),
  path: storePath,
  max_messages: InMemoryStoreSpec.shape.max_messages,
});
export const DisabledStoreSpec = z.strictObject({
  type: z.literal('disabled').meta({ description: 'Nothing is kept.' }),
});
/** Not in this version. */
export const SqliteStoreSpec = z.object({
  type: z.literal('sqlite').meta({ description: 'Kept in an SQLite file. Not in this version.' }),
  path: storePath.optional(),
  max_messages: InMemoryStoreSpec.shape.max_messages,
});

export const StoreSpec = z.discriminatedUnion('type', [InMemoryStoreSpec, FileStoreSpec, DisabledStoreSpec]);
export type StoreSpec = z.infer<typeof StoreSpec>;

export const DeclaredStoreSpec = z.discriminatedUnion('type', [...StoreSpec.options, SqliteStoreSpec]).meta({
  id: 'store',
  description: 'Where memory is kept.',
});
export type DeclaredStoreSpec = z.infer<typeof DeclaredStoreSpec>;

export const StoreName = z.enum(['task_store', 'project_store', 'global_store']).meta({
  description: 'The memory of one task, of the project, or of all projects.',
});
export type StoreName = z.infer<typeof StoreName>;
