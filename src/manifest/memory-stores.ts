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
  .optional()
  .meta({
    description:
      'File, relative to the project directory, or "~/…" for the home directory. Default: below state_dir; for global_store in the data directory of the user.',
    examples: ['./.project_memory.json', '~/notes/memory.sqlite'],
  });
const keptItems = z
  .int()
  .min(1)
  .optional()
  .meta({ description: 'The oldest items beyond it are forgotten. Default: none are.', examples: [1_000] });
export const FileStoreSpec = z.strictObject({
  type: z.literal('file_json').meta({ description: 'Kept in a JSON file, which every write replaces.' }),
  path: storePath,
  max_messages: keptItems,
});
export const SqliteStoreSpec = z.strictObject({
  type: z.literal('sqlite').meta({ description: 'Kept in an SQLite file. Writes cost the same however much is kept.' }),
  path: storePath,
  max_messages: keptItems,
});
export const DisabledStoreSpec = z.strictObject({
  type: z.literal('disabled').meta({ description: 'Nothing is kept.' }),
});

export const StoreSpec = z
  .discriminatedUnion('type', [InMemoryStoreSpec, FileStoreSpec, SqliteStoreSpec, DisabledStoreSpec])
  .meta({ id: 'store', description: 'Where memory is kept.' });
export type StoreSpec = z.infer<typeof StoreSpec>;

export const StoreName = z.enum(['task_store', 'project_store', 'global_store']).meta({
  description: 'The memory of one task, of the project, or of all projects.',
});
export type StoreName = z.infer<typeof StoreName>;
