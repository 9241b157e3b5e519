import { z } from 'zod';
import { Id, SchemaAddress } from './common.ts';

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

export const RetrievalPolicy = z.enum(['recency', 'importance', 'keyword', 'hybrid']);
export type RetrievalPolicy = z.infer<typeof RetrievalPolicy>;

export const DeclaredRetrievalPolicy = z.enum([...RetrievalPolicy.options, 'semantic']);

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

export const DeclaredContextProfileSpec = ContextProfileSpec.extend({
  retrieval_policy: DeclaredRetrievalPolicy.optional().meta({ description: 'What comes first. Default: recency.' }),
}).meta({ id: 'context_profile', description: 'What an agent is shown of the memory.' });
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

export const MemoryFile = z
  .strictObject({
    $schema: SchemaAddress,
    memory: z
      .strictObject({
        task_store: DeclaredStoreSpec.optional().meta({ description: 'The memory of one task.' }),
        project_store: DeclaredStoreSpec.optional().meta({ description: 'The memory that tasks of a project share.' }),
        global_store: DeclaredStoreSpec.optional().meta({ description: 'The memory that projects share.' }),
      })
      .optional()
      .meta({ description: 'Where memory is kept. A store that is not declared is disabled.' }),
    context_profiles: z
      .record(Id, DeclaredContextProfileSpec)
      .optional()
      .meta({
        description: 'Context profiles by the name that agents give.',
        examples: [{ latest: { max_tokens: 2_000, retrieval_policy: 'recency', sources: ['task_store'] } }],
      }),
  })
  .meta({ description: 'Memory stores and context profiles.' });
export type MemoryFile = z.infer<typeof MemoryFile>;
