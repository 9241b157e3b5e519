import type { EmbedderOptions } from './embedder-options.ts';
import { createLocalEmbedder } from './local.ts';
import { createOllamaEmbedder } from './ollama.ts';
import { createOpenaiEmbedder } from './openai.ts';
import type { Embedder } from './port.ts';

/** The embedder that `memory.embedding` asks for. Nothing is loaded or asked before its first call. */
export function createEmbedder(options: EmbedderOptions): Embedder {
  const { spec, ...rest } = options;
  switch (spec.provider) {
    case 'local':
      return createLocalEmbedder(spec.dimensions === undefined ? {} : { dimensions: spec.dimensions });
    case 'openai':
      return createOpenaiEmbedder({ ...rest, spec });
    case 'ollama':
      return createOllamaEmbedder({ ...rest, spec });
  }
}
