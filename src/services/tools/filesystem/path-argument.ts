import { z } from 'zod';

export const FilePath = z
  .string()
  .min(1)
  .max(4_096)
  .meta({
    description: 'Path of a file, relative to the root of the tool.',
    examples: ['src/index.ts'],
  });
export type FilePath = z.infer<typeof FilePath>;
