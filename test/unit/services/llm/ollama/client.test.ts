import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelSpec } from '../../../../../src/manifest/index.ts';
import type { LLMClient } from '../../../../../src/services/llm/index.ts';
import { createOllamaClient } from '../../../../../src/services/llm/ollama/client.ts';
import { findServer } from '../../../../../src/services/llm/ollama/server.ts';
import { chunksOf, failureFrom, optionsOf, promptOf } from '../../../../contract/model-client.ts';
import { wireModelContract } from '../../../../contract/wire-model.ts';
import { jsonAnswer, type WireAnswer } from '../../../../support/wire/answer.ts';
import { ollamaLine, ollamaProtocol } from '../../../../support/wire/ollama.ts';
import { closedOrigin, startWireServer, type WireServer } from '../../../../support/wire/server.ts';

wireModelContract(ollamaProtocol);

const servers: WireServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serverWith(...answers: readonly WireAnswer[]): Promise<WireServer> {
  const server = await startWireServer();
  servers.push(server);
  server.enqueue(...answers);
  return server;
}

function clientOf({ origin }: Pick<WireServer, 'origin'>, changes: Partial<ModelSpec> = {}): LLMClient {
  return createOllamaClient({ alias: 'local', spec: { provider: 'ollama', base_url: origin, ...changes } });
}

const hello = ollamaProtocol.reply({ texts: ['Hello'] });
const tool = { name: 'look', description: 'Looks.', inputSchema: { type: 'object' } };
const schema = { type: 'object', oneOf: [{ required: ['a'] }], properties: { a: { minimum: 3 } } };

function lines(...parts: readonly string[]): WireAnswer {
  return { kind: 'stream', headers: ollamaProtocol.streamHeaders, parts };
}

async function bodyOf(options: Parameters<typeof optionsOf>[0], changes: Partial<ModelSpec> = {}): Promise<unknown> {
  const server = await serverWith(hello);
  await clientOf(server, changes).generate(promptOf(), optionsOf(options));
  return server.requests[0]?.body;
}

describe('what is sent', () => {
  const whole = {
    model: 'test-model',
    messages: [
      { role: 'system', content: 'You summarise.' },
      { role: 'user', content: 'Summarise it.' },
    ],
    stream: true,
  };
  const sentTool = {
    type: 'function',
    function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } },
  };

  it('has a schema as it is written, the limits, and a window as large as the manifest says', async () => {
    const options = { outputSchema: schema, temperature: 0.25, maxOutputTokens: 77 };
    expect(await bodyOf(options, { context_window: 32_768 })).toEqual({
      ...whole,
      format: schema,
      options: { temperature: 0.25, num_predict: 77, num_ctx: 32_768 },
    });
  });

  it('has tools without a schema, since a server that gets both calls none of them', async () => {
    expect(await bodyOf({ outputSchema: schema, tools: [tool] })).toEqual({ ...whole, tools: [sentTool], options: {} });
  });

  it('has the schema without the tools that may not be called any more', async () => {
    const options = { outputSchema: schema, tools: [tool], toolChoice: 'none' } as const;
    expect(await bodyOf(options)).toEqual({ ...whole, format: schema, options: {} });
  });

  it('has no schema where any value will do', async () => {
    expect(await bodyOf({ outputSchema: true })).toEqual({ ...whole, options: {} });
  });
});

describe('what is read', () => {
  it('is what the model says, not what it thinks', async () => {
    const thinking = { message: { role: 'assistant', content: '', thinking: 'Hm.' }, done: false };
    const server = await serverWith(lines(ollamaLine(thinking), hello.body));
    const chunks = await chunksOf(clientOf(server).stream(promptOf(), optionsOf()));
    expect(chunks.map(({ text }) => text)).toEqual(['', 'Hello']);
  });

  it('is a line that comes in very many pieces', async () => {
    const content = 'word '.repeat(400_000);
    const line = new TextEncoder().encode(ollamaLine({ message: { role: 'assistant', content }, done: true }));
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= line.length) controller.close();
        else controller.enqueue(line.subarray(at, (at += 40)));
      },
    });
    vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body));
    const { text } = await clientOf({ origin: 'http://127.0.0.1:1' }).generate(promptOf(), optionsOf());
    vi.restoreAllMocks();
    expect(text === content).toBe(true);
  });

  it('is an estimate where the server counted nothing', async () => {
    const server = await serverWith(jsonAnswer({ message: { role: 'assistant', content: 'Hello you' }, done: true }));
    const { promptTokens, completionTokens } = await clientOf(server).generate(promptOf(), optionsOf());
    expect([promptTokens, completionTokens]).toEqual([clientOf(server).countTokens(promptOf()), 3]);
  });

  it('gives tool calls ids that come once in a conversation', async () => {
    const calls = [{ id: '', tool: 'look', arguments: {} }];
    const prompt = {
      ...promptOf(),
      messages: [
        { role: 'user', content: 'Look.' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', tool: 'look', arguments: {} }] },
        { role: 'tool', callId: 'call_1', tool: 'look', content: 'nothing' },
      ],
    } as const;
    const server = await serverWith(ollamaProtocol.reply({ texts: [''], toolCalls: calls }));
    const { toolCalls } = await clientOf(server).generate(prompt, optionsOf({ tools: [tool] }));
    expect(toolCalls).toEqual([{ id: 'call_2', tool: 'look', arguments: {} }]);
  });

  it.each([
    ['{"path":"a"}', { path: 'a' }],
    ['{"path":', '{"path":'],
  ])('takes the arguments %s that another server wrote as a text', async (written, expected) => {
    const call = { function: { name: 'look', arguments: written } };
    const server = await serverWith(jsonAnswer({ message: { content: '', tool_calls: [call] }, done: true }));
    const { toolCalls } = await clientOf(server).generate(promptOf(), optionsOf({ tools: [tool] }));
    expect(toolCalls).toEqual([{ id: 'call_1', tool: 'look', arguments: expected }]);
  });
});

describe('what goes wrong', () => {
  it.each([
    {
      status: 404,
      said: 'model "test-model" not found, try pulling it first',
      code: 'provider.bad_request',
      hint: 'Get the model with: ollama pull test-model',
    },
    {
      status: 400,
      said: 'registry.ollama.ai/library/test-model:latest does not support tools',
      code: 'provider.bad_request',
      hint: 'Set "tool_calls: plan" for the model "local" in engine.yaml.',
    },
    {
      status: 500,
      said: 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)',
      code: 'provider.bad_request',
      hint: 'Use a smaller model, or lower "context_window" of the model "local".',
    },
    {
      status: 404,
      said: '404 page not found',
      code: 'provider.bad_request',
      hint: 'Check "base_url" in engine.yaml; it ends before "/api".',
    },
    {
      status: 401,
      said: 'unauthorized',
      code: 'provider.auth',
      hint: 'Set OLLAMA_API_KEY, or "api_key" of the model.',
    },
  ])('is told with a way out: status $status, $said', async ({ status, said, code, hint }) => {
    const server = await serverWith(jsonAnswer({ error: said }, { status }));
    expect(await failureFrom(clientOf(server).generate(promptOf(), optionsOf()))).toEqual({
      code,
      message: `Provider "ollama" answered with status ${status}: ${said}.`,
      hint,
      details: { provider: 'ollama', status },
    });
  });

  it('names the command that starts a server where none listens', async () => {
    const origin = await closedOrigin();
    expect(await failureFrom(clientOf({ origin }).generate(promptOf(), optionsOf()))).toEqual({
      code: 'provider.network',
      message: `Provider "ollama" could not be asked: Nothing listens at "${origin}".`,
      hint: 'Start Ollama with: ollama serve, or set "base_url" of the model or OLLAMA_HOST.',
      details: { provider: 'ollama' },
    });
  });

  it('is a lost line within a stream, which is never skipped', async () => {
    const first = ollamaLine({ message: { role: 'assistant', content: 'Hel' }, done: false });
    const server = await serverWith(lines(first, '{"message": {"content": "l\n', hello.body));
    const failure = await failureFrom(clientOf(server).generate(promptOf(), optionsOf()));
    expect(failure).toMatchObject({ code: 'provider.network' });
  });

  it('is never written to the console', async () => {
    const written = (['log', 'warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name));
    const server = await serverWith(
      { kind: 'body', status: 500, body: 'no JSON' },
      { kind: 'body', status: 500, headers: { 'content-type': 'application/json' }, body: '{{' },
      lines('garbage\n\n', hello.body),
      lines('\n\n', hello.body),
    );
    for (const _ of [1, 2, 3]) await failureFrom(clientOf(server).generate(promptOf(), optionsOf()));
    expect((await clientOf(server).generate(promptOf(), optionsOf())).text).toBe('Hello');
    expect(written.flatMap((spy) => spy.mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  });
});

describe('the server', () => {
  it.each([
    ['', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['http://0.0.0.0:8080', 'http://127.0.0.1:8080'],
    ['[::]:11434', 'http://[::1]:11434'],
    [':8080', 'http://127.0.0.1:8080'],
    ['box', 'http://box:11434'],
    ['box:80', 'http://box'],
    ['http://box', 'http://box'],
    ['https://ollama.com', 'https://ollama.com'],
    ['https://box/ollama/', 'https://box/ollama'],
  ])('is that of OLLAMA_HOST=%s: %s', (host, address) => {
    expect(findServer({}, { OLLAMA_HOST: host })).toEqual({ address });
    expect(findServer({ base_url: 'http://own:1' }, { OLLAMA_HOST: host })).toEqual({ address: 'http://own:1' });
  });

  it.each([
    ['https://ollama.com', { authorization: 'Bearer sk-1', key: 'sk-1' }],
    ['http://box', {}],
    ['https://localhost:8443', {}],
    ['127.0.0.1', {}],
  ])('%s is given the key of the environment only where it is far away and nobody listens in', (base_url, access) => {
    const { address: _, ...given } = findServer({ base_url }, { OLLAMA_API_KEY: 'sk-1' });
    expect(given).toEqual(access);
  });

  it('is given the key of the manifest wherever it is, and a name and password that stand in its address', () => {
    const own = { base_url: 'http://127.0.0.1:1', api_key: 'sk-2' };
    expect(findServer(own, {})).toEqual({ address: 'http://127.0.0.1:1', authorization: 'Bearer sk-2', key: 'sk-2' });
    expect(findServer({ base_url: 'http://me:p%40ss@box:1' }, {})).toEqual({
      address: 'http://box:1',
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
      key: 'p@ss',
    });
    expect(findServer({ base_url: 'http://me:100%@box:1' }, {})).toEqual({
      address: 'http://box:1',
      authorization: `Basic ${Buffer.from('me:100%').toString('base64')}`,
      key: '100%',
    });
  });

  it('is sent no key that does not fit into a header', async () => {
    const client = clientOf({ origin: 'http://127.0.0.1:1' }, { api_key: 'sk-\u00e9' });
    expect(await failureFrom(client.generate(promptOf(), optionsOf()))).toEqual({
      code: 'provider.auth',
      message: 'The key of provider "ollama" has characters that no key has.',
      hint: 'Correct OLLAMA_API_KEY, or the variable that "api_key" of the model names.',
    });
  });

  it.each(['http://', 'ftp://box', 'http://a b'])('is none at "%s", and a call says so', async (base_url) => {
    expect(await failureFrom(clientOf({ origin: base_url }).generate(promptOf(), optionsOf()))).toEqual({
      code: 'provider.bad_request',
      message: 'The address of provider "ollama" in "base_url" of the model is no address of a server.',
      hint: 'Write "base_url" of the model like "http://127.0.0.1:11434".',
    });
  });
});
