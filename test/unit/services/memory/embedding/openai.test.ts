import { expect, it } from 'vitest';
import { createEmbedder } from '../../../../../src/services/memory/embedding/create-embedder.ts';
import { embeddingFailure, going } from '../../../../contract/embedder.ts';
import { wireEmbedderContract } from '../../../../contract/wire-embedder.ts';
import { answerWithVectors, openaiEmbeddings } from '../../../../support/wire/embeddings.ts';
import { startWireServer } from '../../../../support/wire/server.ts';

wireEmbedderContract(openaiEmbeddings);

it('makes no request to OpenAI without a key, and says where one belongs', async () => {
  const failure = await embeddingFailure(createEmbedder({ spec: { provider: 'openai' } }).embed(['one'], going));
  expect(failure).toMatchObject({
    code: 'provider.auth',
    hint: 'Set the environment variable of the key, or name it in "api_key" of "embedding" in memory.yaml.',
  });
});

it('asks a server of its own without a key', async () => {
  const server = await startWireServer(answerWithVectors(openaiEmbeddings));
  try {
    const spec = { provider: 'openai', base_url: `${server.origin}/v1` } as const;
    expect(await createEmbedder({ spec, environment: {} }).embed(['one'], going)).toHaveLength(1);
  } finally {
    await server.close();
  }
});
