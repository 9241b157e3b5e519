import { z } from 'zod';
import type { EmbeddingSpec } from '../../../src/manifest/index.ts';
import { jsonAnswer, type BodyAnswer } from './answer.ts';
import { ollamaProtocol } from './ollama.ts';
import { openaiChat } from './openai/chat.ts';
import type { WireProtocol } from './protocol.ts';
import type { WireRequest } from './server.ts';

export interface SentTexts {
  readonly model: string;
  readonly texts: readonly string[];
  readonly dimensions?: number | undefined;
}

/** How one provider speaks of vectors. */
export interface EmbeddingProtocol extends Pick<
  WireProtocol,
  'basePath' | 'path' | 'variables' | 'refusal' | 'sentKey'
> {
  readonly provider: Extract<EmbeddingSpec, { base_url?: unknown }>['provider'];
  readonly defaultModel: string;
  /** What was sent, read back. */
  readonly sent: (body: unknown) => SentTexts;
  readonly reply: (vectors: readonly (readonly number[])[]) => BodyAnswer;
}

/** What may be sent; anything else is a mistake of the adapter. */
const OpenaiBody = z.strictObject({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1).max(2_048),
  encoding_format: z.literal('float'),
  dimensions: z.int().optional(),
});

const OllamaBody = z.strictObject({
  model: z.string(),
  input: z.array(z.string().min(1)).min(1),
  dimensions: z.int().optional(),
});

/** `POST /v1/embeddings`, with its vectors in another order than they belong: their index tells it. */
export const openaiEmbeddings: EmbeddingProtocol = {
  ...openaiChat,
  provider: 'openai',
  path: '/v1/embeddings',
  defaultModel: 'text-embedding-3-small',
  sent: (body) => {
    const { model, input: texts, dimensions } = OpenaiBody.parse(body);
    return { model, texts, dimensions };
  },
  reply: (vectors) => {
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
    const usage = { prompt_tokens: 3, total_tokens: 3 };
    return jsonAnswer({ object: 'list', data: data.toReversed(), model: 'test-model', usage });
  },
};

/** `POST /api/embed`. */
export const ollamaEmbeddings: EmbeddingProtocol = {
  ...ollamaProtocol,
  provider: 'ollama',
  path: '/api/embed',
  defaultModel: 'nomic-embed-text',
  sent: (body) => {
    const { model, input: texts, dimensions } = OllamaBody.parse(body);
    return { model, texts, dimensions };
  },
  reply: (embeddings) =>
    jsonAnswer({ model: 'test-model', embeddings, total_duration: 5, load_duration: 1, prompt_eval_count: 4 }),
};

/** Vectors that tell their texts apart: how many letters a text has of each of eight kinds, and never none at all. */
export function letterVectors({ texts, dimensions = 8 }: SentTexts): number[][] {
  return texts.map((text) => {
    const counts = Array.from({ length: dimensions }, () => 0.001);
    for (const character of text.toLowerCase()) {
      const place = (character.codePointAt(0) ?? 0) % dimensions;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts;
  });
}

/** Answers every request with the vectors of its texts. */
export function answerWithVectors(protocol: EmbeddingProtocol): { answer: (request: WireRequest) => BodyAnswer } {
  return { answer: ({ body }) => protocol.reply(letterVectors(protocol.sent(body))) };
}
