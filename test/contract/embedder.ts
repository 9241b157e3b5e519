import { expect, it } from 'vitest';
import { failureOf, type Failure } from '../../src/errors/index.ts';
import type { Embedder } from '../../src/services/memory/embedding/port.ts';

export const going = new AbortController().signal;

export async function embeddingFailure(work: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await work;
  } catch (error) {
    return failureOf(error);
  }
  return undefined;
}

const lengthOf = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));

/** What everything that makes vectors has to do. */
export function embedderContract(create: () => Promise<Embedder> | Embedder): void {
  it('makes one vector of length 1 a text, all of one size', async () => {
    const embedder = await create();
    const vectors = await embedder.embed(['red apples', 'green pears', 'red apples'], going);
    expect(vectors.map((vector) => vector instanceof Float32Array)).toEqual([true, true, true]);
    expect(new Set(vectors.map(({ length }) => length))).toEqual(new Set([embedder.dimensions]));
    for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
  });

  it('keeps the order of the texts, however many there are', async () => {
    const embedder = await create();
    const texts = Array.from({ length: 300 }, (_, index) => `text ${'abcdefgh'[index % 8]} ${index}`);
    const together = await embedder.embed(texts, going);
    expect(together).toHaveLength(texts.length);
    for (const index of [0, 1, 31, 32, 127, 128, 299]) {
      const [alone] = await embedder.embed([texts[index] ?? ''], going);
      expect(together[index]).toEqual(alone);
    }
  });

  it('answers no texts with no vectors', async () => {
    expect(await (await create()).embed([], going)).toEqual([]);
  });

  it('takes texts of any length and half characters', async () => {
    const embedder = await create();
    const vectors = await embedder.embed(['word '.repeat(50_000), '\uD83D cut', 'a🚀'.repeat(3_001)], going);
    for (const vector of vectors) expect(lengthOf(vector)).toBeCloseTo(1, 5);
  });

  it('says of a call that was cancelled that it was', async () => {
    const failure = await embeddingFailure((await create()).embed(['one'], AbortSignal.abort()));
    expect(failure?.code).toBe('cancelled.task');
  });

  it('has a name that tells its provider', async () => {
    expect((await create()).model).toMatch(/^(?:local|openai|ollama)\/[\w.-]+$/u);
  });
}
