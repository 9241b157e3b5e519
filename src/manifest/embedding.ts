import { z } from 'zod';
import { Duration } from './common.ts';

const dimensions = z
  .int()
  .min(16)
  .max(8_192)
  .optional()
  .meta({ description: 'Numbers of a vector. Default: 384 for local, else what the model gives.', examples: [384] });
const baseUrl = z
  .string()
  .min(1)
  .optional()
  .meta({
    description: 'Address of a server that speaks like the provider.',
    examples: ['http://localhost:8000/v1'],
  });
const apiKey = z
  .string()
  .regex(/^\$\{(?:env:\w+|file:[^{}$\p{Cc}]+)\}$/u, {
    error:
      'Name the variable or the file that holds the key, such as "${env:MY_KEY}" or "${file:/run/secrets/my_key}".',
  })
  .optional()
  .meta({
    description: 'The environment variable or file that holds the key. Default: OPENAI_API_KEY or OLLAMA_API_KEY.',
    examples: ['${env:TEAM_OPENAI_KEY}', '${file:/run/secrets/openai_key}'],
  });
const timeout = Duration.optional().meta({ description: 'For one request. Default: 1m.' });

const LocalEmbeddingSpec = z.strictObject({
  provider: z.literal('local').meta({ description: 'Made here, from words and their parts, without a model.' }),
  dimensions,
});
const OpenaiEmbeddingSpec = z.strictObject({
  provider: z.literal('openai').meta({ description: 'Asked of OpenAI, or of a server that speaks like it.' }),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Default: text-embedding-3-small.', examples: ['text-embedding-3-large'] }),
  base_url: baseUrl,
  api_key: apiKey,
  dimensions,
  timeout,
});
const OllamaEmbeddingSpec = z.strictObject({
  provider: z.literal('ollama').meta({ description: 'Asked of an Ollama server.' }),
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Default: nomic-embed-text.', examples: ['mxbai-embed-large'] }),
  base_url: baseUrl,
  api_key: apiKey,
  dimensions,
  timeout,
});

export const EmbeddingSpec = z
  .discriminatedUnion('provider', [LocalEmbeddingSpec, OpenaiEmbeddingSpec, OllamaEmbeddingSpec])
  .meta({
    id: 'embedding',
    description: 'What makes the vectors that the retrieval policies semantic and hybrid compare.',
    examples: [{ provider: 'local' }],
  });
export type EmbeddingSpec = z.infer<typeof EmbeddingSpec>;
