import { afterEach, describe, expect, it } from 'vitest';
import type { FailureKind } from '../../src/errors/index.ts';
import type { StartTimer } from '../../src/services/llm/index.ts';
import type { EmbeddingSpec } from '../../src/manifest/index.ts';
import { createEmbedder } from '../../src/services/memory/embedding/create-embedder.ts';
import type { Embedder } from '../../src/services/memory/embedding/port.ts';
import { htmlAnswer, jsonAnswer, type WireAnswer } from '../support/wire/answer.ts';
import { answerWithVectors, letterVectors, type EmbeddingProtocol } from '../support/wire/embeddings.ts';
import { wireKey } from '../support/wire/faults.ts';
import { closedOrigin, startWireServer, type WireServer, type WireServerOptions } from '../support/wire/server.ts';
import { embedderContract, embeddingFailure, going } from './embedder.ts';
import { failedBy } from './wire/calls.ts';

type RemoteSpec = Exclude<EmbeddingSpec, { provider: 'local' }>;

interface Changes extends Partial<Pick<RemoteSpec, 'model' | 'dimensions' | 'timeout'>> {
  readonly startTimer?: StartTimer;
}

const said = `The key ${wireKey} was seen at the door`;
const json = { 'content-type': 'application/json' };

type Fault = readonly [name: string, code: FailureKind, answer: (protocol: EmbeddingProtocol) => WireAnswer];

const statuses: readonly Fault[] = (
  [
    [400, 'provider.bad_request'],
    [401, 'provider.auth'],
    [404, 'provider.bad_request'],
    [429, 'provider.rate_limit'],
    [500, 'provider.overloaded'],
    [503, 'provider.overloaded'],
  ] as const
).map(([status, code]) => [`a status ${status}`, code, ({ refusal }) => refusal({ status, message: said })]);

const faults: readonly Fault[] = [
  ...statuses,
  ['a page with status 200', 'provider.network', () => htmlAnswer()],
  ['a page with status 502', 'provider.overloaded', () => htmlAnswer(502)],
  ['a socket that is cut', 'provider.network', () => ({ kind: 'cut' })],
  ['an empty body', 'provider.network', () => ({ kind: 'body', headers: json, body: '' })],
  ['a body that is no JSON', 'provider.network', () => ({ kind: 'body', headers: json, body: '{"data": %%' })],
  [
    'an answer that is cut',
    'provider.network',
    ({ reply }) => ({ kind: 'stream', headers: json, parts: [reply([[1, 2]]).body.slice(0, -9)], ending: 'cut' }),
  ],
  ['an answer of another shape', 'provider.network', () => jsonAnswer({ greeting: said })],
  [
    'vectors that hold no numbers',
    'provider.network',
    () => jsonAnswer({ data: [{ embedding: ['a'] }], embeddings: [null] }),
  ],
  ['too few vectors', 'provider.network', ({ reply }) => reply([[1, 2]])],
  [
    'too many vectors',
    'provider.network',
    ({ reply }) =>
      reply([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
  ],
  ['vectors of no numbers', 'provider.bad_request', ({ reply }) => reply([[], []])],
  [
    'vectors of two sizes',
    'provider.bad_request',
    ({ reply }) =>
      reply([
        [1, 2],
        [3, 4, 5],
      ]),
  ],
  [
    'numbers without an end',
    'provider.network',
    ({ reply }) =>
      reply([
        [1e300, 1e300],
        [1, 2],
      ]),
  ],
];

/** What every embedder behind a network has to do, seen from the wire. */
export function wireEmbedderContract(protocol: EmbeddingProtocol): void {
  const servers: WireServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const start = async (options: WireServerOptions = answerWithVectors(protocol)): Promise<WireServer> => {
    const server = await startWireServer(options);
    servers.push(server);
    return server;
  };
  const embedderAt = (origin: string, { startTimer, ...changes }: Changes = {}): Embedder =>
    createEmbedder({
      spec: { provider: protocol.provider, base_url: origin + protocol.basePath, api_key: wireKey, ...changes },
      environment: {},
      ...(startTimer !== undefined && { startTimer }),
    });

  describe('like every embedder', () => {
    embedderContract(async () => embedderAt((await start()).origin));
  });

  it('asks its endpoint with its model and its key', async () => {
    const server = await start();
    const embedder = embedderAt(server.origin);
    expect(embedder.dimensions).toBe(undefined);
    await embedder.embed(['one'], going);
    const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: {} }] = server.requests;
    expect([method, path, protocol.sentKey(headers)]).toEqual(['POST', protocol.path, wireKey]);
    expect(protocol.sent(body)).toEqual({ model: protocol.defaultModel, texts: ['one'], dimensions: undefined });
    expect(embedder.model).toBe(`${protocol.provider}/${protocol.defaultModel}`);
    expect(embedder.dimensions).toBe(8);
  });

  it('asks for the model and the dimensions of the manifest', async () => {
    const server = await start();
    const embedder = embedderAt(server.origin, { model: 'other', dimensions: 16 });
    const [vector] = await embedder.embed(['one'], going);
    expect(protocol.sent(server.requests[0]?.body)).toEqual({ model: 'other', texts: ['one'], dimensions: 16 });
    expect([vector?.length, embedder.model]).toEqual([16, `${protocol.provider}/other`]);
  });

  it('sends many and long texts in requests of bounded size', async () => {
    const server = await start();
    const many = Array.from({ length: 150 }, (_, index) => `text ${index}`);
    await embedderAt(server.origin).embed([...many, ...Array.from({ length: 30 }, () => 'x'.repeat(9_000))], going);
    const sizes = server.requests.map(({ body }) => {
      const { texts } = protocol.sent(body);
      return {
        texts: texts.length,
        characters: texts.join('').length,
        longest: Math.max(...texts.map((text) => text.length)),
      };
    });
    expect(sizes.reduce((sum, { texts }) => sum + texts, 0)).toBe(180);
    expect(sizes.length).toBeGreaterThan(3);
    for (const { texts, characters, longest } of sizes) {
      expect(texts).toBeLessThanOrEqual(128);
      expect(characters).toBeLessThanOrEqual(100_000);
      expect(longest).toBeLessThanOrEqual(8_000);
    }
  });

  it.each(faults)(
    'ends in its failure for %s (%s), after one request and without the key',
    async (_name, code, answer) => {
      const server = await start();
      server.enqueue(answer(protocol));
      const { failure, shown, className } = await failedBy(embedderAt(server.origin).embed(['one', 'two'], going));
      expect({ code: failure?.code, className }).toEqual({ code, className: 'Error' });
      expect(failure?.hint).not.toMatch(/engine\.yaml|fallback_models/u);
      expect(shown).not.toContain(wireKey);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('refuses vectors of another size than was asked for', async () => {
    const server = await start();
    server.enqueue(protocol.reply([[1, 2, 3]]));
    const failure = await embeddingFailure(embedderAt(server.origin, { dimensions: 16 }).embed(['one'], going));
    expect(failure).toMatchObject({
      code: 'provider.bad_request',
      message: `Provider "${protocol.provider}" gave vectors of 3 numbers where 16 were expected.`,
    });
  });

  it('refuses vectors of another size than came before', async () => {
    const server = await start();
    const embedder = embedderAt(server.origin);
    await embedder.embed(['one'], going);
    server.enqueue(protocol.reply([[1, 2, 3]]));
    expect((await embeddingFailure(embedder.embed(['two'], going)))?.code).toBe('provider.bad_request');
    expect(await embedder.embed(['one'], going)).toHaveLength(1);
  });

  it('gives a vector of zeros as it is', async () => {
    const server = await start();
    server.enqueue(protocol.reply([[0, 0]]));
    expect(await embedderAt(server.origin).embed(['one'], going)).toEqual([new Float32Array(2)]);
  });

  it('says how long the server wants to be left alone', async () => {
    const server = await start();
    server.enqueue(protocol.refusal({ status: 429, message: 'Slow down.', headers: { 'retry-after': '7' } }));
    const failure = await embeddingFailure(embedderAt(server.origin).embed(['one'], going));
    expect(failure).toMatchObject({ code: 'provider.rate_limit', retry_after_ms: 7_000, hint: 'Try it again later.' });
  });

  it('ends in provider.network where nothing listens', async () => {
    const failure = await embeddingFailure(embedderAt(await closedOrigin()).embed(['one'], going));
    expect(failure?.code).toBe('provider.network');
  });

  it('ends in provider.network when the time is over, and closes the socket', async () => {
    const server = await start();
    server.enqueue({ kind: 'silence' });
    const due: (() => void)[] = [];
    const startTimer: StartTimer = (delayMs, onDue) => {
      expect(delayMs).toBe(5_000);
      due.push(onDue);
      return () => undefined;
    };
    const work = embeddingFailure(embedderAt(server.origin, { timeout: '5s', startTimer }).embed(['one'], going));
    const { closed } = await server.request(0);
    for (const end of due) end();
    expect(await work).toMatchObject({
      code: 'provider.network',
      message: `Provider "${protocol.provider}" gave no vectors within 5000 ms.`,
    });
    await closed;
  });

  it('closes the socket and sends no further batch when it is cancelled', async () => {
    const server = await start();
    server.enqueue({ kind: 'silence' });
    const controller = new AbortController();
    const texts = Array.from({ length: 500 }, (_, index) => `text ${index}`);
    const work = embeddingFailure(embedderAt(server.origin).embed(texts, controller.signal));
    const { closed } = await server.request(0);
    controller.abort();
    expect((await work)?.code).toBe('cancelled.task');
    await closed;
    expect(server.requests).toHaveLength(1);
  });

  it('makes the same vectors as the server sent, at length 1', async () => {
    const server = await start();
    server.enqueue(
      protocol.reply([
        [3, 4],
        [0, -2],
      ]),
    );
    const vectors = await embedderAt(server.origin).embed(['one', 'two'], going);
    expect(vectors).toEqual([Float32Array.of(0.6, 0.8), Float32Array.of(0, -1)]);
    expect(letterVectors({ model: '', texts: ['a'] })).not.toEqual(letterVectors({ model: '', texts: ['b'] }));
  });
}
