import { failureOf, isEngineError, type Failure } from '../../../errors/index.ts';
import type { MemoryItem } from '../port.ts';
import { decodeVector, encodeVector } from '../vector-text.ts';
import type { Embedder } from './port.ts';

/** What could not be made into vectors. */
export interface EmbeddingFailure {
  readonly model: string;
  /** Half a sentence: what goes on without. */
  readonly part: 'items' | 'query';
  readonly count: number;
  readonly failure: Failure;
}

export interface EmbeddingsOptions {
  readonly embedder: Embedder;
  readonly onFailure?: (failure: EmbeddingFailure) => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** An embedder as stores use it: it never fails, and is not asked for what is known. */
export interface Embeddings {
  readonly model: string;
  /** The items, each with a vector where it says something and the embedder answers. */
  withVectors(items: readonly MemoryItem[], signal: AbortSignal): Promise<readonly MemoryItem[]>;
  /** The vector of a query; undefined where there is none. */
  queryVector(text: string, signal: AbortSignal): Promise<Float32Array | undefined>;
  /** Whether the item says something, and has no vector that the queries of today are compared with. */
  needsVector(item: MemoryItem): boolean;
}

/** How long an embedder that failed is left alone: stages must not wait for each item anew. */
const pauseMs = 10_000;
/** Items that are made into vectors before those are looked at: what is done is kept when the rest fails. */
const itemsOfStep = 256;
const mostQueries = 64;
/** A text without any says nothing, and some servers refuse it. */
const letter = /[\p{L}\p{N}]/u;

export function createEmbeddings({ embedder, onFailure, now = Date.now }: EmbeddingsOptions): Embeddings {
  let restsUntil = -Infinity;
  const queries = createQueryCache();

  const ask = async (
    texts: readonly string[],
    part: EmbeddingFailure['part'],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> => {
    if (signal.aborted || now() < restsUntil) return [];
    try {
      return await embedder.embed(texts, signal);
    } catch (error) {
      if (signal.aborted) return [];
      restsUntil = now() + pauseMs;
      onFailure?.({ model: embedder.model, part, count: texts.length, failure: failureFrom(error) });
      return [];
    }
  };
  const needsVector = ({ content, embedding }: MemoryItem): boolean => {
    if (!letter.test(content)) return false;
    if (embedding?.model !== embedder.model) return true;
    return embedder.dimensions !== undefined && decodeVector(embedding.vector)?.length !== embedder.dimensions;
  };

  return {
    model: embedder.model,
    needsVector,
    async withVectors(items, signal) {
      const lacking = items.filter(needsVector);
      const vectors = new Map<MemoryItem, string>();
      for (let start = 0; start < lacking.length; start += itemsOfStep) {
        const step = lacking.slice(start, start + itemsOfStep);
        const made = await ask(
          step.map(({ content }) => content),
          'items',
          signal,
        );
        for (const [index, vector] of made.entries()) {
          const item = step[index];
          if (item !== undefined && vector.some((number) => number !== 0)) vectors.set(item, encodeVector(vector));
        }
      }
      return items.map((item) => {
        const vector = vectors.get(item);
        return vector === undefined ? item : { ...item, embedding: { model: embedder.model, vector } };
      });
    },
    async queryVector(text, signal) {
      const known = queries.get(text);
      if (known !== undefined) return known;
      const [vector] = await ask([text], 'query', signal);
      if (vector !== undefined) queries.set(text, vector);
      return vector;
    },
  };
}

function failureFrom(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure !== undefined) return failure;
  const said = isEngineError(error) || error instanceof Error ? error.message : String(error);
  return { code: 'provider.network', message: `The embedder failed: ${said}` };
}

/** The last queries: stages of a task ask for the same more than once. */
function createQueryCache(): Pick<Map<string, Float32Array>, 'get'> & {
  set(text: string, vector: Float32Array): void;
} {
  const vectors = new Map<string, Float32Array>();
  return {
    get(text) {
      const vector = vectors.get(text);
      if (vector !== undefined) {
        vectors.delete(text);
        vectors.set(text, vector);
      }
      return vector;
    },
    set(text, vector) {
      const [oldest] = vectors.keys();
      if (vectors.size >= mostQueries && oldest !== undefined) vectors.delete(oldest);
      vectors.set(text, vector);
    },
  };
}
