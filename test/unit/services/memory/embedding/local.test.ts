import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createEmbedder } from '../../../../../src/services/memory/embedding/create-embedder.ts';
import { embedderContract, going } from '../../../../contract/embedder.ts';

embedderContract(() => createEmbedder({ spec: { provider: 'local' } }));

const embedder = createEmbedder({ spec: { provider: 'local' } });

async function likeness(left: string, right: string): Promise<number> {
  const [one = [], other = []] = await embedder.embed([left, right], going);
  return [...one].reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0);
}

it.each([
  ['an inflection', 'databases', 'database'],
  ['another inflection', 'we are migrating the servers', 'the migration of a server'],
  ['a compound', 'Fehlerbehandlung', 'Behandlung von Fehlern'],
  ['a typo', 'autentication of users', 'authentication for the user'],
  ['words in one', 'memorystore', 'memory store'],
  ['a name in code', 'createMemoryStore()', 'how do I create the memory store'],
  ['letters with marks', 'Übersicht über Änderungen', 'Ubersicht uber Anderungen'],
  ['a script without spaces', '日本語の文章', '日本語'],
])('finds %s', async (_name, left, right) => {
  expect(await likeness(left, right)).toBeGreaterThan(0.15);
});

it('keeps apart what has nothing in common', async () => {
  const unlike = [
    ['how does the retry policy work', 'bananas are grown in warm countries'],
    ['open the window of the kitchen', 'quantum chromodynamics'],
    ['budget of a task', 'colourful paintings'],
  ] as const;
  for (const [left, right] of unlike) expect(Math.abs(await likeness(left, right))).toBeLessThan(0.12);
});

it('gives words that say nothing no weight beside others', async () => {
  const bare = await embedder.embed(['retry policy'], going);
  expect(await embedder.embed(['what is the retry policy of this'], going)).toEqual(bare);
  expect(await likeness('what is it', 'what is it')).toBeCloseTo(1, 5);
});

it('makes zeros of a text without words', async () => {
  expect(await embedder.embed(['', ' \n--- !!'], going)).toEqual([new Float32Array(384), new Float32Array(384)]);
});

it('has as many dimensions as it is asked for', async () => {
  const small = createEmbedder({ spec: { provider: 'local', dimensions: 64 } });
  expect((await small.embed(['one'], going)).map(({ length }) => length)).toEqual([64]);
  expect(small.dimensions).toBe(64);
});

// Stored vectors are compared with new ones: another hash here asks for another version of the embedder.
it('makes the same bytes as ever', async () => {
  const texts = [
    'The retry policy of a stage',
    'createMemoryStore()',
    'Fehlerbehandlung für Datenbanken',
    '日本語の文章 🚀 42',
  ];
  const hash = createHash('sha256');
  for (const vector of await embedder.embed(texts, going)) {
    const bytes = new DataView(new ArrayBuffer(vector.length * 4));
    for (const [at, number] of vector.entries()) bytes.setFloat32(at * 4, number, true);
    hash.update(bytes);
  }
  expect(embedder.model).toBe('local/hash-1');
  expect(hash.digest('hex')).toBe('553eb9c0a9ee8c62b8d1b9699a3cc3a5afcabbb1173ac04d0daedcaabe0e0262');
});
