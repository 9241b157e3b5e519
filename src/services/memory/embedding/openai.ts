import { z } from 'zod';
import { failureError } from '../../../errors/index.ts';
import { throwIfCancelled } from '../../llm/cancellation.ts';
import { asFailure, brokenAnswer } from '../../llm/openai/failures.ts';
import { createSdkClient } from '../../llm/openai/sdk.ts';
import { settingsOf } from '../../llm/openai/settings.ts';
import { asModel, type EmbedderOptions, type RemoteSpec } from './embedder-options.ts';
import type { Embedder } from './port.ts';
import { createRemoteEmbedder } from './remote.ts';

const defaultModel = 'text-embedding-3-small';
const mostTexts = 128;

const Answer = z.object({
  data: z.array(z.object({ index: z.int().min(0).nullish(), embedding: z.array(z.number()) })),
});

/** Asks models of OpenAI, and those of every server that has its `/v1/embeddings`. */
export function createOpenaiEmbedder(options: EmbedderOptions<Extract<RemoteSpec, { provider: 'openai' }>>): Embedder {
  const { dimensions, model = defaultModel } = options.spec;
  return createRemoteEmbedder(options, {
    model,
    mostTexts,
    async ask(texts, signal) {
      const settings = settingsOf(asModel(options));
      try {
        const client = await createSdkClient(settings);
        // As numbers: what the library asks for by itself, base64, not every server can give.
        const body = { model, input: [...texts], encoding_format: 'float' as const };
        const size = dimensions !== undefined && { dimensions };
        return inOrder(await client.embeddings.create({ ...body, ...size }, { signal }));
      } catch (error) {
        throwIfCancelled(signal);
        throw asFailure(error, settings.secret);
      }
    },
  });
}

function inOrder(raw: unknown): readonly (readonly number[])[] {
  const answer = Answer.safeParse(raw);
  if (!answer.success) throw failureError(brokenAnswer(raw));
  return answer.data.data
    .map(({ index, embedding }, at) => ({ place: index ?? at, embedding }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ embedding }) => embedding);
}
