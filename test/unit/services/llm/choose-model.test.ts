import { afterEach, expect, it } from 'vitest';
import { chooseModel, missingKey } from '../../../../src/services/llm/index.ts';
import { htmlAnswer, jsonAnswer, type WireAnswer } from '../../../support/wire/answer.ts';
import { closedOrigin, startWireServer, type WireServer } from '../../../support/wire/server.ts';

const servers: WireServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const available = new Set(['anthropic', 'openai', 'ollama', 'offline']);

async function serverWith(answer: WireAnswer): Promise<WireServer> {
  const server = await startWireServer({ answer: () => answer });
  servers.push(server);
  return server;
}

const installed = (...names: readonly string[]): WireAnswer => jsonAnswer({ models: names.map((name) => ({ name })) });

it.each([
  [{ ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }, 'anthropic', 'ANTHROPIC_API_KEY is set'],
  [{ ANTHROPIC_API_KEY: ' ', OPENAI_API_KEY: 'o' }, 'openai', 'OPENAI_API_KEY is set'],
])('takes the first provider whose key is set, and asks nobody: %o', async (keys, provider, reason) => {
  const server = await serverWith(installed('llama3.2:latest'));
  const environment = { ...keys, OLLAMA_HOST: server.origin };
  const { model, ...choice } = await chooseModel('auto', {}, { environment, available });
  expect(choice).toEqual({ alias: 'auto', provider, reason });
  expect(model).toMatch(/./u);
  expect(server.requests).toEqual([]);
});

it.each([
  [undefined, 'qwen3:8b'],
  ['llama3.2', 'llama3.2:latest'],
  ['mistral', 'qwen3:8b'],
])('takes an Ollama server without any key, and of its models the one that is meant: %s', async (model, chosen) => {
  const server = await serverWith(installed('nomic-embed-text:latest', 'qwen3:8b', 'llama3.2:latest'));
  const declared = model === undefined ? {} : { model };
  expect(await chooseModel('any', declared, { environment: { OLLAMA_HOST: server.origin }, available })).toEqual({
    alias: 'any',
    provider: 'ollama',
    model: chosen,
    reason: `an Ollama server with this model answers at "${server.origin}"`,
  });
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/tags']);
});

it.each([
  ['has no model', installed()],
  ['has only a model for embeddings', installed('nomic-embed-text:latest')],
  ['shows a page', htmlAnswer()],
  ['errs', jsonAnswer({ error: 'broken' }, { status: 500 })],
  ['hangs up', { kind: 'cut' }],
  ['does not answer', { kind: 'silence' }],
] as const)('stays offline where the server %s', async (_name, answer) => {
  const server = await serverWith(answer);
  expect(await chooseModel('auto', {}, { environment: { OLLAMA_HOST: server.origin }, available })).toEqual({
    alias: 'auto',
    provider: 'offline',
    reason: `ANTHROPIC_API_KEY is not set, OPENAI_API_KEY is not set, and no Ollama server with a model answers at "${server.origin}"`,
  });
});

it('stays offline where nothing listens, and where OLLAMA_HOST is no address', async () => {
  for (const OLLAMA_HOST of [await closedOrigin(), 'ftp://box']) {
    const { provider } = await chooseModel('auto', {}, { environment: { OLLAMA_HOST }, available });
    expect(provider).toBe('offline');
  }
});

it('shows no password of an address that is none', async () => {
  const { reason } = await chooseModel('auto', {}, { environment: { OLLAMA_HOST: 'ftp://me:hunter2@box' }, available });
  expect(reason).toBe(
    'ANTHROPIC_API_KEY is not set, OPENAI_API_KEY is not set, and no Ollama server with a model answers at "OLLAMA_HOST"',
  );
});

it('does not take a provider that there is no adapter for', async () => {
  const environment = { ANTHROPIC_API_KEY: 'a', OLLAMA_HOST: await closedOrigin() };
  const { provider } = await chooseModel('auto', {}, { environment, available: new Set(['offline']) });
  expect(provider).toBe('offline');
});

const anthropic = { provider: 'anthropic', variable: 'ANTHROPIC_API_KEY' };

it.each([
  [{ provider: 'offline' }, {}, undefined],
  [{ provider: 'ollama' }, {}, undefined],
  [{ provider: 'anthropic' }, {}, anthropic],
  [{ provider: 'anthropic' }, { ANTHROPIC_API_KEY: ' ' }, anthropic],
  [{ provider: 'anthropic' }, { ANTHROPIC_API_KEY: 'k' }, undefined],
  [{ provider: 'openai' }, { ANTHROPIC_API_KEY: 'k' }, { provider: 'openai', variable: 'OPENAI_API_KEY' }],
  [{ provider: 'openai', base_url: 'http://127.0.0.1:1' }, {}, undefined],
  [{ provider: 'anthropic', base_url: 'http://127.0.0.1:1' }, {}, anthropic],
  [{ provider: 'openai', api_key: '${env:TEAM}' }, { TEAM: 'k' }, undefined],
  [
    { provider: 'openai', api_key: '${env:TEAM}' },
    { OPENAI_API_KEY: 'k', TEAM: '' },
    { provider: 'openai', variable: 'TEAM' },
  ],
])('knows of %o with %o which key is missing', (spec, environment, missing) => {
  expect(missingKey(spec, environment)).toEqual(missing);
});
