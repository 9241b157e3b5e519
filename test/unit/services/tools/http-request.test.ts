import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeenRequest, TestServer } from './http-server.ts';
import { createHttpProject, namesWith, type HttpProject } from './http-tools.ts';
import { failureIn, toolCall, verdict } from './tool-project.ts';

let http: HttpProject;
let server: TestServer;
let answer: { status: number; headers: Record<string, string>; body: string | Buffer };

beforeEach(async () => {
  http = createHttpProject();
  answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello' };
  server = await http.serve((_request, response) => {
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
});

afterEach(async () => {
  await http.remove();
});

const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
const listed = (): string[] => [`127.0.0.1:${server.port}`];
const seen = (): SeenRequest | undefined => server.seen[0];

it('asks the server and gives back status, a few headers and the text', async () => {
  answer.headers = { 'content-type': 'text/plain; charset=utf-8', etag: '"1"', 'set-cookie': 'a=b' };
  const outcome = await http.ask({ spec: { url: at('/a') }, allow: listed() });
  const headers = { 'content-type': 'text/plain; charset=utf-8', etag: '"1"' };
  expect(outcome).toEqual({ ok: true, output: { status: 200, headers, body: 'hello' } });
});

it('reads JSON, unpacked where it came packed', async () => {
  answer.headers = { 'content-type': 'application/problem+json', 'content-encoding': 'gzip' };
  answer.body = gzipSync('{"a":[1]}');
  expect(await http.ask({ spec: { url: at('/a') }, allow: listed() })).toMatchObject({ output: { body: { a: [1] } } });
});

it('puts arguments into path, query, headers and body, each in the form of its place', async () => {
  const spec = {
    method: 'POST',
    url: at('/v1/{city}/{+file}?in={unit}'),
    query: { page: '{page}', left: '{absent}', fixed: 1 },
    headers: { 'X-Trace': 'id {trace}' },
    body: { title: 'About {city}', tags: '{tags}', none: '{absent}' },
  } as const;
  const given = { city: 'a/b ü', file: 'src/x y.ts', unit: 'm&n', page: 2, trace: 't1', tags: ['x', 1] };
  await http.ask({ spec, allow: listed(), arguments: given });
  expect(seen()).toMatchObject({
    method: 'POST',
    path: '/v1/a%2Fb%20%C3%BC/src/x%20y.ts?in=m%26n&page=2&fixed=1',
    body: '{"title":"About a/b ü","tags":["x",1]}',
    headers: { 'x-trace': 'id t1', 'content-type': 'application/json' },
  });
});

it('tells models which arguments there are, read off the placeholders', async () => {
  const url = 'https://api.example.org/{city}';
  const spec = {
    type: 'http.request',
    method: 'POST',
    url,
    query: { page: '{page}' },
    body: { tags: '{tags}' },
  } as const;
  const runtime = await http.project.runtime({ tools: { ask: spec } });
  const scalar = { type: ['string', 'number', 'boolean'] };
  expect(runtime.describe()).toMatchObject([
    {
      capabilities: ['external_network'],
      isReadOnly: false,
      inputSchema: {
        properties: { city: scalar, page: scalar, tags: {} },
        required: ['city'],
        additionalProperties: false,
      },
    },
  ]);
});

it('sends the same idempotency key for the same call, and none with a request that only reads', async () => {
  await http.ask({ spec: { url: at('/'), method: 'POST' }, allow: listed(), call: { idempotencyKey: 'task/ü' } });
  await http.ask({ spec: { url: at('/') }, allow: listed() });
  const key = createHash('sha256').update('task/ü').digest('hex');
  expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([key, undefined]);
});

describe('an answer that is a failure', () => {
  it.each([
    [404, 'tool.not_found'],
    [410, 'tool.not_found'],
    [400, 'tool.rejected'],
    [401, 'tool.rejected'],
    [403, 'tool.rejected'],
    [304, 'tool.rejected'],
    [501, 'tool.rejected'],
    [408, 'tool.failed'],
    [429, 'tool.failed'],
    [500, 'tool.failed'],
    [503, 'tool.failed'],
  ])('with status %i is %s, and never a denial', async (status, code) => {
    answer.status = status;
    const failure = failureIn(await http.ask({ spec: { url: at('/') }, allow: listed() }));
    expect([failure.code, failure.details?.['status']]).toEqual([code, status]);
  });

  it('says how long the server wants to be left alone, and what it said', async () => {
    answer = { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' };
    const failure = failureIn(await http.ask({ spec: { url: at('/') }, allow: listed() }));
    expect([failure.retry_after_ms, failure.details]).toEqual([7000, { status: 429, body: 'slow down' }]);
  });

  it('is one when it is called JSON and is none, or is no text', async () => {
    answer.headers = { 'content-type': 'application/json' };
    expect(verdict(await http.ask({ spec: { url: at('/') }, allow: listed() }))).toBe('tool.invalid_output');
    answer = { status: 200, headers: {}, body: Buffer.from([0xff, 0xfe, 0x00]) };
    expect(verdict(await http.ask({ spec: { url: at('/') }, allow: listed() }))).toBe('tool.invalid_output');
  });

  it('is one when it does not fit the output schema', async () => {
    const spec = { url: at('/'), output_schema: { properties: { body: { type: 'object' } } } };
    const schemas = (await import('../../../../src/services/json/index.ts')).createSchemaValidator({});
    expect(verdict(await http.ask({ spec, allow: listed(), options: { schemas } }))).toBe('tool.invalid_output');
  });
});

it('fails as a tool does, and can be tried again, where nothing listens or no name is known', async () => {
  const { port } = server;
  await server.close();
  const allow = [`127.0.0.1:${port}`, 'api.example.org'];
  const refused = await http.ask({ spec: { url: `http://127.0.0.1:${port}/` }, allow });
  const unknown = await http.ask({ spec: { url: 'https://api.example.org/' }, allow });
  expect([failureIn(refused), failureIn(unknown)]).toMatchObject([
    { code: 'tool.failed', message: 'Tool "ask" got no answer from "127.0.0.1": nothing listens there.' },
    { code: 'tool.failed', message: 'Tool "ask" got no answer from "api.example.org": no such host is known.' },
  ]);
});

const secretSpec = () => ({
  url: at('/{id}'),
  headers: { authorization: 'Bearer ${env:TOKEN}' },
  query: { k: '${env:TOKEN}' },
});

describe('secrets', () => {
  const options = { environment: { TOKEN: 'top-secret-token' } };

  it('are sent, and taken out of what comes back', async () => {
    answer.body = 'you sent top-secret-token';
    const outcome = await http.ask({ spec: secretSpec(), allow: listed(), arguments: { id: 1 }, options });
    expect(seen()).toMatchObject({
      path: '/1?k=top-secret-token',
      headers: { authorization: 'Bearer top-secret-token' },
    });
    expect(outcome).toMatchObject({ output: { body: 'you sent ▇ redacted (TOKEN)' } });
  });

  it('stay out of failures', async () => {
    answer = { status: 400, headers: {}, body: 'bad top-secret-token' };
    const outcome = await http.ask({ spec: secretSpec(), allow: listed(), arguments: { id: 1 }, options });
    expect(JSON.stringify(outcome)).not.toContain('top-secret-token');
  });

  it('stay out of failures whose text is cut within them', async () => {
    answer = { status: 400, headers: {}, body: `${'x'.repeat(1_990)}top-secret-token` };
    const outcome = await http.ask({ spec: secretSpec(), allow: listed(), arguments: { id: 1 }, options });
    expect(JSON.stringify(outcome)).not.toContain('top-s');
  });

  it('are shown by name in a dry run, which sends nothing', async () => {
    const more = { arguments: { id: 1 }, call: { mode: 'dry_run' }, options } as const;
    const headers = { accept: '*/*', authorization: 'Bearer ${env:TOKEN}' };
    const url = at('/1?k=${env:TOKEN}');
    const output = { not_run: 'dry_run', would_send: { method: 'GET', url, headers } };
    expect(await http.ask({ spec: secretSpec(), allow: listed(), ...more })).toEqual({
      ok: true,
      output,
      notRun: 'dry_run',
    });
    expect(server.connections()).toBe(0);
  });
});

it('tells in a dry run that the host may not be reached', async () => {
  const outcome = await http.ask({ spec: { url: at('/') }, allow: [], call: { mode: 'dry_run' } });
  expect(verdict(outcome)).toBe('permission.denied (permissions.network.allow)');
});

it('does not run where a task only analyses', async () => {
  const outcome = await http.ask({ spec: { url: at('/') }, allow: listed(), call: { mode: 'analysis_only' } });
  expect([outcome, server.connections()]).toEqual([
    { ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' },
    0,
  ]);
});

it('closes its connection when the task is cancelled', async () => {
  const cancel = new AbortController();
  const silent = await http.serve(() => cancel.abort());
  const spec = { url: `http://127.0.0.1:${silent.port}/`, allow_hosts: [`127.0.0.1:${silent.port}`] };
  expect(verdict(await http.ask({ spec, call: { signal: cancel.signal } }))).toBe('cancelled.task');
  await silent.untilAlone();
  expect(silent.connections()).toBe(1);
});

it('ends a look-up that nobody waits for any longer', async () => {
  const cancel = new AbortController();
  const resolveHost = async (): Promise<readonly string[]> => {
    queueMicrotask(() => cancel.abort());
    return await new Promise(() => undefined);
  };
  const call = { spec: { url: 'https://api.example.org/' }, allow: ['api.example.org'] };
  expect(verdict(await http.ask({ ...call, call: { signal: cancel.signal }, options: { resolveHost } }))).toBe(
    'cancelled.task',
  );
});

it('goes on to the next address when one is not there', async () => {
  const { resolveHost } = namesWith({ localhost: [['127.0.0.9', '127.0.0.1']] });
  const url = `http://localhost:${server.port}/`;
  expect(
    verdict(await http.ask({ spec: { url }, allow: [`localhost:${server.port}`], options: { resolveHost } })),
  ).toBe('ok');
});

const hops = async (most: number): Promise<string> => {
  const circle = await http.serve((request, response) => {
    const count = Number(request.path.slice(1));
    response.writeHead(count < most ? 302 : 200, { location: `/${count + 1}` }).end();
  });
  const url = `http://127.0.0.1:${circle.port}/0`;
  return verdict(await http.ask({ spec: { url }, allow: [`127.0.0.1:${circle.port}`] }));
};

describe('a redirect', () => {
  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', '{"a":1}'],
    [308, 'PUT', 'PUT', '{"a":1}'],
    [301, 'PUT', 'PUT', '{"a":1}'],
  ] as const)('with status %i turns %s into %s', async (...[status, method, then, body]) => {
    const two = await http.serve((request, response) => {
      response.writeHead(request.path === '/a' ? status : 200, { location: '/b' });
      response.end('there');
    });
    const spec = { url: `http://127.0.0.1:${two.port}/a`, method, body: { a: 1 }, headers: { 'x-key': 'k' } };
    expect(verdict(await http.ask({ spec, allow: [`127.0.0.1:${two.port}`] }))).toBe('ok');
    const second = two.seen[1];
    expect(second).toMatchObject({ method: then, path: '/b', body, headers: { 'x-key': 'k' } });
    expect(second?.headers['content-type']).toBe(body === '' ? undefined : 'application/json');
  });

  it('is the last one that is followed when it is the fifth', async () => {
    expect([await hops(5), await hops(6)]).toEqual(['ok', 'tool.rejected']);
  });
});

it('tells whoever listens that a connection was allowed', async () => {
  const told: unknown[] = [];
  const runtime = await http.project.runtime({
    tools: { ask: { type: 'http.request', url: at('/') } },
    permissions: { network: { allow: listed() } },
  });
  await runtime.call(toolCall('ask', {}, { onChecked: (check) => told.push([check.allowed, check.rule]) }));
  expect(told).toContainEqual([true, 'tools.ask.allow_hosts']);
});
