import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureError } from '../../../../../src/errors/index.ts';
import { createInMemoryStore, createMemoryStores, type MemoryQuery } from '../../../../../src/services/memory/index.ts';
import { createLocalEmbedder } from '../../../../../src/services/memory/embedding/local.ts';
import {
  createEmbeddings,
  type EmbeddingFailure,
  type EmbeddingsOptions,
} from '../../../../../src/services/memory/embedding/embeddings.ts';
import type { Embedder } from '../../../../../src/services/memory/embedding/port.ts';
import { withEmbeddings } from '../../../../../src/services/memory/embedding/with-embeddings.ts';
import type { MemoryStore } from '../../../../../src/services/memory/port.ts';
import { decodeVector } from '../../../../../src/services/memory/vector-text.ts';
import { itemOf, memoryStoreContract, rejectionOf } from '../../../../contract/memory-store.ts';
import { answerWithVectors, openaiEmbeddings } from '../../../../support/wire/embeddings.ts';
import { startWireServer } from '../../../../support/wire/server.ts';

const local = createLocalEmbedder();

interface Watched extends Embedder {
  readonly asked: (readonly string[])[];
  fails: boolean;
}

function watchedEmbedder(model = 'local/watched'): Watched {
  const asked: (readonly string[])[] = [];
  return {
    model,
    dimensions: 384,
    asked,
    fails: false,
    embed(texts, signal) {
      asked.push(texts);
      if (this.fails) throw failureError({ code: 'provider.overloaded', message: 'It is busy.' });
      return local.embed(texts, signal);
    },
  };
}

let embedder = watchedEmbedder();
let failures: EmbeddingFailure[] = [];
let time = 0;

beforeEach(() => {
  embedder = watchedEmbedder();
  failures = [];
  time = 0;
});

function noteFailure(failure: EmbeddingFailure): void {
  failures.push(failure);
}

function storeWith(changes: Partial<EmbeddingsOptions> = {}, plain = createInMemoryStore()): MemoryStore {
  return withEmbeddings(plain, createEmbeddings({ embedder, onFailure: noteFailure, now: () => time, ...changes }));
}

const idsOf = async (store: MemoryStore, query: MemoryQuery): Promise<string[]> =>
  (await store.query(query)).map(({ id }) => id);

const weather = itemOf('weather', { content: 'It rained on all mountains of the north.', timestamp: 3 });
const database = itemOf('database', { content: 'The databases are migrated at night.', timestamp: 2 });
const colours = itemOf('colours', { content: 'She prefers colourful paintings.', timestamp: 1 });

describe('a store with vectors keeps the contract of stores', () => {
  // A blank content gets no vector, so that items come back as they were written.
  memoryStoreContract(({ maxMessages }) => {
    const blind: Embedder = {
      model: 'local/blind',
      dimensions: 2,
      embed: async (texts) => texts.map(() => new Float32Array(2)),
    };
    const plain = createInMemoryStore(maxMessages === undefined ? {} : { maxMessages });
    return withEmbeddings(plain, createEmbeddings({ embedder: blind }));
  });
});

it('finds by meaning what shares no word with the query', async () => {
  const store = storeWith();
  await store.append([weather, database, colours]);
  const query = { text: 'migrating a database', policy: 'semantic', limit: 1 } as const;
  expect(await idsOf(store, query)).toEqual(['database']);
  expect(await idsOf(store, { ...query, policy: 'hybrid' })).toEqual(['database']);
});

it('gives every item a vector of its model, but for one that has it or says nothing', async () => {
  const store = storeWith();
  await store.append([weather, itemOf('blank', { content: ' \n' }), itemOf('signs', { content: '--- !!' })]);
  const kept = await store.get('weather');
  expect(kept).toMatchObject({ ...weather, embedding: { model: 'local/watched' } });
  expect(decodeVector(kept?.embedding?.vector ?? '')).toHaveLength(384);
  expect([(await store.get('blank'))?.embedding, (await store.get('signs'))?.embedding]).toEqual([
    undefined,
    undefined,
  ]);
  expect(embedder.asked).toEqual([[weather.content]]);
  if (kept !== undefined) await store.append([{ ...kept, importance: 1 }]);
  expect(embedder.asked).toHaveLength(1);
  expect((await store.get('weather'))?.importance).toBe(1);
});

it('makes new vectors where those that are there are of another model or size', async () => {
  const vector = 'AACAPwAAAAA=';
  const store = storeWith();
  await store.append([
    { ...weather, embedding: { model: 'other/model', vector } },
    { ...database, embedding: { model: 'local/watched', vector } },
  ]);
  expect(embedder.asked).toEqual([[weather.content, database.content]]);
  expect((await store.get('weather'))?.embedding?.model).toBe('local/watched');
});

it('does not compare vectors of another model', async () => {
  const plain = createInMemoryStore();
  await storeWith({}, plain).append([weather, database]);
  const other = storeWith({ embedder: watchedEmbedder('local/other') }, plain);
  expect(await idsOf(other, { text: 'database', policy: 'semantic' })).toEqual([]);
  expect(await idsOf(other, { text: 'night', policy: 'hybrid', limit: 1 })).toEqual(['database']);
});

it('asks once for the same query, and for none that goes by time, importance or words', async () => {
  const store = storeWith();
  const query = { text: 'rain', policy: 'semantic' } as const;
  await store.query(query);
  await store.query({ ...query, policy: 'hybrid' });
  for (const policy of ['recency', 'importance', 'keyword'] as const) await store.query({ ...query, policy });
  await store.query({ policy: 'semantic' });
  await store.query({ text: ' ', policy: 'hybrid' });
  expect(embedder.asked).toEqual([['rain']]);
});

it('knows the last queries alone', async () => {
  const store = storeWith();
  const ask = (text: string): Promise<unknown> => store.query({ text, policy: 'semantic' });
  for (let number = 0; number < 64; number += 1) await ask(`query ${number}`);
  await ask('query 0');
  await ask('one more');
  expect(embedder.asked).toHaveLength(65);
  await ask('query 0');
  expect(embedder.asked).toHaveLength(65);
  await ask('query 1');
  expect(embedder.asked).toHaveLength(66);
});

it('keeps items without vectors when the embedder fails, and tells it once', async () => {
  const store = storeWith();
  embedder.fails = true;
  await store.append([weather, database]);
  await store.append([colours]);
  expect((await store.stats()).items).toBe(3);
  expect((await store.get('weather'))?.embedding).toBe(undefined);
  const failure = { code: 'provider.overloaded', message: 'It is busy.' };
  expect(failures).toEqual([{ model: 'local/watched', part: 'items', count: 2, failure }]);
  expect(embedder.asked).toHaveLength(1);
});

it('asks an embedder that failed again after ten seconds', async () => {
  const store = storeWith();
  embedder.fails = true;
  await store.append([weather]);
  embedder.fails = false;
  time = 9_999;
  await store.append([weather]);
  expect((await store.get('weather'))?.embedding).toBe(undefined);
  time = 10_000;
  await store.append([weather]);
  expect((await store.get('weather'))?.embedding?.model).toBe('local/watched');
});

it('goes by words, and hybrid by the rest, where a query gets no vector', async () => {
  const store = storeWith();
  await store.append([weather, database, colours]);
  embedder.fails = true;
  expect(await idsOf(store, { text: 'databases', policy: 'semantic' })).toEqual(['database']);
  expect(failures.map(({ part, count }) => ({ part, count }))).toEqual([{ part: 'query', count: 1 }]);
  expect(await idsOf(store, { text: 'paintings', policy: 'hybrid', limit: 1 })).toEqual(['colours']);
});

it('keeps items in the order in which they came, whichever vectors are there first', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const slow: Embedder = {
    model: 'local/slow',
    dimensions: 384,
    async embed(texts, signal) {
      const gate = gates[calls];
      calls += 1;
      await gate?.promise;
      return local.embed(texts, signal);
    },
  };
  const store = storeWith({ embedder: slow }, createInMemoryStore({ maxMessages: 1 }));
  const work = Promise.all([store.append([weather]), store.append([database])]);
  gates[1]?.resolve();
  gates[0]?.resolve();
  await work;
  expect(await idsOf(store, { policy: 'recency' })).toEqual(['database']);
});

it('keeps what waits for vectors when it is closed, and takes nothing afterwards', async () => {
  const plain = createInMemoryStore();
  const kept: string[] = [];
  const watched: MemoryStore = {
    ...plain,
    append: async (items) => {
      kept.push(...items.map(({ id }) => id));
      await plain.append(items);
    },
  };
  const never: Embedder = {
    model: 'local/never',
    dimensions: 384,
    embed: (_texts, signal) =>
      new Promise((_resolve, reject) => {
        const cancelled = failureError({ code: 'cancelled.task', message: 'Over.' });
        signal.addEventListener('abort', () => reject(cancelled));
      }),
  };
  const store = storeWith({ embedder: never }, watched);
  const work = store.append([weather]);
  await store.close();
  await work;
  expect([kept, failures]).toEqual([['weather'], []]);
  expect((await rejectionOf(store.append([database])))?.code).toBe('ENGINE_CLOSED');
});

describe('the stores of a manifest', () => {
  const servers: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('ask the embedder that memory.yaml declares, with the key that it names', async () => {
    const server = await startWireServer(answerWithVectors(openaiEmbeddings));
    servers.push(server);
    const embedding = { provider: 'openai', base_url: '${env:PLACE}/v1', api_key: '${env:TEAM_KEY}' } as const;
    const stores = createMemoryStores(
      { memory: { task_store: { type: 'in_memory' }, global_store: { type: 'disabled' }, embedding } },
      { projectDirectory: '.', environment: { PLACE: server.origin, TEAM_KEY: 'sk-team' } },
    );
    await stores.task('t').append([weather]);
    await stores.global.append([weather]);
    expect((await stores.task('t').get('weather'))?.embedding?.model).toBe('openai/text-embedding-3-small');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-team']);
    await stores.close();
  });

  it('make no vectors where none are asked for', async () => {
    const stores = createMemoryStores({ memory: { project_store: { type: 'in_memory' } } }, { projectDirectory: '.' });
    await stores.project.append([weather]);
    expect([await stores.project.get('weather'), stores.embeddings]).toEqual([weather, undefined]);
  });
});
