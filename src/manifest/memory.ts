import { z } from 'zod';
import { Id, SchemaAddress } from './common.ts';
import { ContextProfileSpec, DeclaredContextProfileSpec } from './context-profiles.ts';
import { EmbeddingSpec } from './embedding.ts';
import { StoreSpec } from './memory-stores.ts';

/** Memory as it can run. */
export const MemorySpec = z.strictObject({
  memory: z
    .strictObject({
      task_store: StoreSpec.optional(),
      project_store: StoreSpec.optional(),
      global_store: StoreSpec.optional(),
      embedding: EmbeddingSpec.optional(),
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
        task_store: StoreSpec.optional().meta({ description: 'The memory of one task.' }),
        project_store: StoreSpec.optional().meta({ description: 'The memory that tasks of a project share.' }),
        global_store: StoreSpec.optional().meta({ description: 'The memory that projects share.' }),
        embedding: EmbeddingSpec.optional().meta({
          description: 'What makes vectors of what is kept. Without it none are compared.',
        }),
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
