import { z } from 'zod';
import { failureError, failureOf } from '../../../errors/index.ts';
import { throwIfCancelled } from '../../llm/cancellation.ts';
import { loadLibrary } from '../../llm/load-library.ts';
import { cutFailure, garbledFailure } from '../../llm/ollama/faults.ts';
import { openFetch } from '../../llm/ollama/guarded-fetch.ts';
import { findServer } from '../../llm/ollama/server.ts';
import { asModel, type EmbedderOptions, type RemoteSpec } from './embedder-options.ts';
import type { Embedder } from './port.ts';
import { createRemoteEmbedder } from './remote.ts';

const defaultModel = 'nomic-embed-text';
/** Fewer than elsewhere: the machine may be slow, and each request has a time limit. */
const mostTexts = 32;

const Answer = z.object({ embeddings: z.array(z.array(z.number())) });

/** Asks the models of an Ollama server. */
export function createOllamaEmbedder(options: EmbedderOptions<Extract<RemoteSpec, { provider: 'ollama' }>>): Embedder {
  const { dimensions, model = defaultModel } = options.spec;
  return createRemoteEmbedder(options, {
    model,
    mostTexts,
    async ask(texts, signal) {
      const { alias, spec, environment = {} } = asModel(options);
      const server = findServer(spec, environment);
      const { Ollama } = await loadLibrary('ollama', () => import('ollama'));
      try {
        const ollama = new Ollama({ host: server.address, fetch: openFetch({ alias, model, server, signal }) });
        const raw: unknown = await ollama.embed({
          model,
          input: [...texts],
          ...(dimensions !== undefined && { dimensions }),
        });
        const answer = Answer.safeParse(raw);
        if (!answer.success) throw failureError(garbledFailure());
        return answer.data.embeddings;
      } catch (error) {
        throwIfCancelled(signal);
        if (failureOf(error) !== undefined) throw error;
        throw failureError(error instanceof SyntaxError ? garbledFailure() : cutFailure());
      }
    },
  });
}
