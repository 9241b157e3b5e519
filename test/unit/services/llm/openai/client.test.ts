import { afterEach, expect, it, vi } from 'vitest';
import { createOpenaiClient } from '../../../../../src/services/llm/openai/client.ts';
import { settingsOf } from '../../../../../src/services/llm/openai/settings.ts';
import { ask, ways } from '../../../../contract/wire/calls.ts';
import { failureFrom, optionsOf, promptOf } from '../../../../contract/model-client.ts';
import { jsonAnswer } from '../../../../support/wire/answer.ts';
import { clientAt, servers, streamFrames } from '../../../../support/wire/openai/asking.ts';
import { chatFrame, openaiChat } from '../../../../support/wire/openai/chat.ts';
import { eventFrame, openaiResponses } from '../../../../support/wire/openai/responses.ts';

const start = servers();

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const spec = { provider: 'openai', model: 'test-model' };
const environment = { OPENAI_API_KEY: 'sk-1' };

const local = { base_url: 'http://localhost:8000/v1' };

it.each([
  ['responses at OpenAI', {}, { api: 'responses', isOpenai: true }],
  ['chat at another server', local, { api: 'chat', isOpenai: false }],
  ['what the manifest says', { ...local, api: 'responses' as const }, { api: 'responses', isOpenai: false }],
  ['chat at a region of OpenAI', { base_url: 'https://eu.api.openai.com/v1' }, { api: 'chat', isOpenai: true }],
  ['chat at a like name', { base_url: 'https://openai.com.example.net/v1' }, { api: 'chat', isOpenai: false }],
  ['chat at a like path', { base_url: 'https://example.net/openai.com/' }, { api: 'chat', isOpenai: false }],
])('speaks %s', (_name, changes, expected) => {
  expect(settingsOf({ alias: 'main', spec: { ...spec, ...changes }, environment })).toMatchObject(expected);
});

it('speaks chat at the server that the environment names', () => {
  const variables = { OPENAI_BASE_URL: ' http://localhost:8000/v1\n' };
  expect(settingsOf({ alias: 'main', spec, environment: variables })).toEqual({
    api: 'chat',
    baseUrl: 'http://localhost:8000/v1',
    key: 'none',
    secret: '',
    isOpenai: false,
    organization: undefined,
    project: undefined,
  });
});

it('asks for the limit by the name that OpenAI has for it now', async () => {
  const server = await start(openaiChat.reply({ texts: ['x'] }));
  // The real address is out of reach of tests: the request is sent elsewhere on its way.
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
    expect(url).toBe('https://api.openai.com/v1/chat/completions');
    return real(`${server.origin}/v1/chat/completions`, init);
  });
  const client = createOpenaiClient({ alias: 'main', spec: { ...spec, api: 'chat' }, environment });
  await ask(client, 'generate', { options: { maxOutputTokens: 9 } });
  expect(server.requests[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_completion_tokens: 9 } });
});

it.each(ways)('makes no request to OpenAI without a key (%s)', async (way) => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  vi.stubEnv('OPENAI_API_KEY', 'sk-of-the-process');
  const client = createOpenaiClient({ alias: 'main', spec, environment: { OPENAI_API_KEY: ' ' } });
  expect(await failureFrom(ask(client, way))).toEqual({
    code: 'provider.auth',
    message: 'Provider "openai" of model "main" has no key.',
    hint: 'Set OPENAI_API_KEY, or name another variable in "api_key" of model "main" in engine.yaml.',
    details: { provider: 'openai' },
  });
  expect(fetched).not.toHaveBeenCalled();
});

it('takes nothing from the environment of the process, and writes nothing to the console', async () => {
  const stray = {
    OPENAI_API_KEY: 'sk-stray',
    OPENAI_ADMIN_KEY: 'sk-stray-admin',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/stray',
    OPENAI_ORG_ID: 'org-stray',
    OPENAI_PROJECT_ID: 'proj-stray',
    OPENAI_CUSTOM_HEADERS: 'x-stray: 1\nauthorization: Bearer stray\nopenai-project: stray\naccept: text/stray',
    OPENAI_LOG: 'debug',
  };
  for (const [name, value] of Object.entries(stray)) vi.stubEnv(name, value);
  const written = (['debug', 'info', 'warn', 'error', 'log'] as const).map((level) => vi.spyOn(console, level));
  const server = await start(openaiChat.reply({ texts: ['x'] }));
  await ask(clientAt(server), 'generate');
  const { headers } = server.requests[0] ?? {};
  expect(JSON.stringify(headers)).not.toContain('stray');
  expect(headers).toMatchObject({ authorization: 'Bearer none', accept: 'application/json' });
  expect(headers).not.toHaveProperty('openai-organization');
  for (const spy of written) expect(spy).not.toHaveBeenCalled();
});

it('says whose call it is, and which', async () => {
  const server = await start(openaiResponses.reply({ texts: ['x'] }));
  const owner = { OPENAI_API_KEY: 'sk-1', OPENAI_ORG_ID: 'org-1', OPENAI_PROJECT_ID: 'proj-1' };
  await ask(clientAt(server, { api: 'responses' }, owner), 'generate', { options: { idempotencyKey: 'task/7' } });
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer sk-1',
    'content-type': 'application/json',
    'idempotency-key': 'task/7',
    'openai-organization': 'org-1',
    'openai-project': 'proj-1',
    'x-stainless-retry-count': '0',
  });
});

it.each([
  ['an empty account', { message: 'None left.', code: 'insufficient_quota' }, [429, 'provider.quota']],
  ['a type in place of a code', { message: 'No.', type: 'insufficient_quota' }, [429, 'provider.quota']],
  ['a filter', { message: 'Withheld.', code: 'content_filter' }, [400, 'provider.content_filter']],
  [
    'a long prompt at vLLM',
    { message: "This model's maximum context length is 4096 tokens.", type: 'BadRequestError', code: 400 },
    [400, 'provider.context_length'],
  ],
  [
    'a long prompt at llama.cpp',
    { message: 'It is too long.', type: 'exceed_context_size_error', code: 400 },
    [400, 'provider.context_length'],
  ],
  ['a long prompt at LM Studio', 'Greater than the context length.', [400, 'provider.context_length']],
  ['a fault while a context window is made', { message: 'No context window.' }, [500, 'provider.overloaded']],
  ['a missing model', { message: 'No such model.', code: 'model_not_found' }, [404, 'provider.bad_request']],
  ['a word of JavaScript', { message: 'No.', code: 'constructor' }, [400, 'provider.bad_request']],
] as const)('tells %s by what the body says', async (_name, error, [status, code]) => {
  const server = await start(jsonAnswer({ error }, { status }));
  const said = typeof error === 'string' ? error : error.message;
  expect(await failureFrom(ask(clientAt(server), 'generate'))).toMatchObject({
    code,
    message: `Provider "openai" answered with status ${status}: ${said}`,
  });
});

it.each(ways)('leaves what a server without a key says as it is (%s)', async (way) => {
  const server = await start(jsonAnswer({ error: { message: 'There are none.' } }, { status: 400 }));
  expect(await failureFrom(ask(clientAt(server), way))).toMatchObject({
    message: 'Provider "openai" answered with status 400: There are none.',
  });
});

it('says what an address is that cannot be read', async () => {
  expect(await failureFrom(ask(clientAt({ origin: 'nowhere' }), 'generate'))).toMatchObject({
    code: 'provider.network',
    hint: 'Check the network and "base_url" in engine.yaml, and try it again.',
  });
});

it.each([
  ['chat', streamFrames(': thinking\n\n', 'data: {"notice": "busy"}\n\n', chatFrame({ reasoning_content: 'Hm.' }))],
  ['responses', streamFrames(eventFrame({ type: 'response.reasoning_text.delta', delta: 'Hm.' }))],
] as const)('gives an empty chunk for a sign of life in %s', async (api, answer) => {
  const server = await start(answer);
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { text } of clientAt(server, { api }).stream(promptOf(), optionsOf())) texts.push(text);
  };
  expect(await failureFrom(read())).toMatchObject({ code: 'provider.network' });
  expect(texts).toEqual(api === 'chat' ? ['', ''] : ['']);
});

it('sends no key that no header may have', async () => {
  const server = await start();
  const asked = failureFrom(ask(clientAt(server, { api_key: 'sk-1\nx' }), 'generate'));
  expect(await asked).toMatchObject({ code: 'provider.auth' });
  expect(server.requests).toEqual([]);
});

it('names the request by which the provider knows what it refused', async () => {
  const server = await start(
    jsonAnswer({ error: { message: 'No.' } }, { status: 400, headers: { 'x-request-id': 'r-1' } }),
  );
  expect(await failureFrom(ask(clientAt(server), 'generate'))).toMatchObject({
    details: { provider: 'openai', status: 400, request_id: 'r-1' },
  });
});
