import { gzipSync, brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isEngineError } from '../../../../src/errors/index.ts';
import type { TestServer } from './http-server.ts';
import { createHttpProject, namesWith, type HttpProject, type HttpSpec } from './http-tools.ts';
import { failureIn, verdict } from './tool-project.ts';

let http: HttpProject;

beforeEach(() => {
  http = createHttpProject();
});

afterEach(async () => {
  await http.remove();
});

const notPublic = 'permission.denied (always: addresses that are not public)';

/** Every name, every public address and every port, so that nothing but the guard stands in the way. */
const everything = ['*:*'];

/** A server that the tool may ask, and one on the same port of another address of loopback that it may not. */
async function serverAndVictim(location?: (port: number) => string): Promise<{ own: TestServer; victim: TestServer }> {
  const own = await http.serve((_request, response) => {
    if (location === undefined) response.end('own');
    else response.writeHead(302, { location: location(own.port) }).end();
  });
  const victim = await http.serve((_request, response) => response.end('secret'), '127.0.0.2', own.port);
  return { own, victim };
}

async function acrossOrigins(status: number, spec: Partial<HttpSpec>) {
  const away = await http.serve((_request, response) => response.end('away'), '127.0.0.2');
  const own = await http.serve((_request, response) => {
    response.writeHead(status, { location: `http://127.0.0.2:${away.port}/` }).end();
  });
  const url = `http://127.0.0.1:${own.port}/`;
  const outcome = await http.ask({ spec: { url, allow_hosts: ['127.0.0.0/8:*'], ...spec } });
  return { outcome, seen: away.seen };
}

const askByName = async (own: TestServer, resolveHost: (host: string) => Promise<readonly string[]>, path = '/') => {
  const spec = { url: `http://api.example.org:${own.port}${path}` };
  const allow_hosts = [`api.example.org:${own.port}`, `127.0.0.1:${own.port}`];
  return await http.ask({ spec: { ...spec, allow_hosts }, options: { resolveHost } });
};

const argumentSpec = (port: number): HttpSpec => ({
  type: 'http.request',
  url: `http://127.0.0.1:${port}/v1/{id}/x/{+file}?q={q}`,
  headers: { 'x-id': '{tag}' },
  allow_hosts: [`127.0.0.1:${port}`],
});

const askFor = async (server: TestServer, more: Partial<HttpSpec> = {}) => {
  const spec = { url: `http://127.0.0.1:${server.port}/`, allow_hosts: [`127.0.0.1:${server.port}`] };
  return await http.ask({ spec: { ...spec, max_output_bytes: 10_000, ...more } });
};

describe('a redirect into the machine or its network', () => {
  it.each([
    ['an address of loopback', (port: number) => `http://127.0.0.2:${port}/`],
    ['a decimal address', (port: number) => `http://2130706434:${port}/`],
    ['a hexadecimal address', (port: number) => `http://0x7f.0.0.0x2:${port}/`],
    ['an octal address', (port: number) => `http://0177.0.0.02:${port}/`],
    ['a short address', (port: number) => `http://127.2:${port}/`],
    ['digits of another script', (port: number) => `http://${encodeURIComponent('１２７.０.０.２')}:${port}/`],
    ['an address with a dot at its end', (port: number) => `http://127.0.0.2.:${port}/`],
    ['an IPv4 address in IPv6', (port: number) => `http://[::ffff:127.0.0.2]:${port}/`],
    ['the same in hexadecimal', (port: number) => `http://[::ffff:7f00:2]:${port}/`],
    ['an IPv4 address behind a prefix of translation', (port: number) => `http://[64:ff9b::7f00:2]:${port}/`],
    ['an address that is only a path', (port: number) => `//127.0.0.2:${port}/`],
    ['a backslash', (port: number) => String.raw`http:\\127.0.0.2:${port}\x`],
    ['loopback of IPv6', (port: number) => `http://[::1]:${port}/`],
    ['the unspecified address', (port: number) => `http://0.0.0.0:${port}/`],
    ['metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['metadata of a cloud by IPv6', () => 'http://[fd00:ec2::254]/latest/'],
    ['metadata of a cloud in a public range', () => 'http://168.63.129.16/machine/'],
  ])('to %s is not followed', async (_name, location) => {
    const { own, victim } = await serverAndVictim(location);
    const url = `http://127.0.0.1:${own.port}/`;
    const allow = [...everything, `127.0.0.1:${own.port}`];
    expect(verdict(await http.ask({ spec: { url, allow_hosts: allow } }))).toBe(notPublic);
    expect([own.connections(), victim.connections()]).toEqual([1, 0]);
  });

  it.each([
    ['file:///etc/passwd', 'permission.denied (always: http and https alone)'],
    ['data:text/plain,x', 'permission.denied (always: http and https alone)'],
    ['gopher://127.0.0.1/x', 'permission.denied (always: http and https alone)'],
    ['http://user:password@127.0.0.1/', 'permission.denied (always: no user in an address)'],
    ['http://metadata.google.internal/', 'permission.denied (always: metadata)'],
    ['http://METADATA.google.internal./', 'permission.denied (always: metadata)'],
    ['http://a..b/', 'permission.denied (always: hosts are read first)'],
    ['http://[', 'tool.rejected'],
  ])('to %s is not followed', async (location, expected) => {
    const { own } = await serverAndVictim(() => location);
    const allow = [...everything, `127.0.0.1:${own.port}`];
    const outcome = await http.ask({ spec: { url: `http://127.0.0.1:${own.port}/`, allow_hosts: allow } });
    expect(verdict(outcome)).toBe(expected);
  });

  it('is not followed to a host that the tool does not list, though the engine does', async () => {
    const { own, victim } = await serverAndVictim((port) => `http://127.0.0.2:${port}/`);
    const allow = [`127.0.0.0/8:${own.port}`];
    const outcome = await http.ask({ spec: { url: `http://127.0.0.1:${own.port}/` }, allow });
    expect([verdict(outcome), victim.connections()]).toEqual(['permission.denied (tools.ask.allow_hosts)', 0]);
  });
});

describe('a redirect to another origin that may be reached', () => {
  it('takes no secret along', async () => {
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'x', 'accept-language': 'de' };
    const { seen } = await acrossOrigins(302, { headers, method: 'POST', body: { password: 'x' } });
    const { authorization, cookie, 'x-api-key': key, 'accept-language': language, ...rest } = seen[0]?.headers ?? {};
    expect({ authorization, cookie, key, language, idempotency: rest['idempotency-key'], body: seen[0]?.body }).toEqual(
      {
        language: 'de',
        body: '',
      },
    );
  });

  it.each([307, 308])('takes no body along, with status %i', async (status) => {
    const { outcome, seen } = await acrossOrigins(status, { method: 'POST', body: { password: 'x' } });
    expect([verdict(outcome), seen]).toEqual(['permission.denied (always: bodies stay at their origin)', []]);
  });
});

describe('a name that does not keep its address', () => {
  it('leads only where it led when it was checked', async () => {
    const { own, victim } = await serverAndVictim();
    const { resolveHost, asked } = namesWith({ 'api.example.org': [['127.0.0.1'], ['127.0.0.2']] });
    expect(await askByName(own, resolveHost)).toMatchObject({ output: { body: 'own' } });
    expect([asked, victim.connections()]).toEqual([['api.example.org'], 0]);
  });

  it('is checked anew when a redirect leads to it again', async () => {
    const { own, victim } = await serverAndVictim(() => '/next');
    const { resolveHost } = namesWith({ 'api.example.org': [['127.0.0.1'], ['127.0.0.2']] });
    expect(verdict(await askByName(own, resolveHost))).toBe(notPublic);
    expect([own.connections(), victim.connections()]).toEqual([1, 0]);
  });

  it('is refused when one of its addresses is', async () => {
    const { own, victim } = await serverAndVictim();
    const { resolveHost } = namesWith({ 'api.example.org': [['127.0.0.1', '127.0.0.2']] });
    expect(verdict(await askByName(own, resolveHost))).toBe(notPublic);
    expect([own.connections(), victim.connections()]).toEqual([0, 0]);
  });
});

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '192.0.0.192',
  '198.18.0.1',
  '168.63.129.16',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  'fec0::1',
  'ff02::1',
  '::ffff:10.0.0.1',
  '::10.0.0.1',
  '::ffff:0:10.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::a00:1',
  '2002:a00:1::1',
  '2001:0:a00:1::1',
])('a name that stands for %s is refused though it is listed', async (address) => {
  const { resolveHost } = namesWith({ 'api.example.org': [[address]] });
  const spec = { url: 'https://api.example.org/', allow_hosts: ['api.example.org', '*', '0.0.0.0/0', '::/0'] };
  expect(verdict(await http.ask({ spec, options: { resolveHost } }))).toBe(notPublic);
});

describe('arguments', () => {
  const fine = { id: 'a', file: 'b', q: 'c', tag: 'd' };

  it.each([
    { tag: 'x\r\nX-Evil: 1' },
    { tag: 'x\nX-Evil: 1' },
    { tag: 'x\0' },
    { tag: '\u010A' },
    { id: '..' },
    { id: '.' },
    { id: '../../admin' },
    { id: String.raw`..\..\admin` },
    { id: 'a/../b' },
    { id: '%2e%2E' },
    { id: 'a\0b' },
    { id: '' },
    { id: '\uD800' },
    { id: { a: 1 } },
    { file: '../admin' },
    { file: '/etc' },
    { file: 'a//b' },
    { file: 'a/%2e%2e/b' },
    { q: null },
  ])('%j does not leave its place', async (given) => {
    const server = await http.serve((_request, response) => response.end('served'));
    const outcome = await http.ask({ spec: argumentSpec(server.port), arguments: { ...fine, ...given } });
    expect([verdict(outcome), server.connections()]).toEqual(['tool.invalid_input', 0]);
  });

  it.each([
    [{ id: '@evil.example' }, '/v1/%40evil.example/x/b?q=c'],
    [{ id: 'a?b#c' }, '/v1/a%3Fb%23c/x/b?q=c'],
    [{ id: ':81' }, '/v1/%3A81/x/b?q=c'],
    [{ id: '//evil.example' }, '/v1/%2F%2Fevil.example/x/b?q=c'],
    [{ q: 'a&admin=1#x' }, '/v1/a/x/b?q=a%26admin%3D1%23x'],
    [{ id: '${env:HOME}' }, '/v1/%24%7Benv%3AHOME%7D/x/b?q=c'],
    [{ id: '{q}' }, '/v1/%7Bq%7D/x/b?q=c'],
  ])('%j stays in its place', async (given, path) => {
    const server = await http.serve((_request, response) => response.end('served'));
    await http.ask({ spec: argumentSpec(server.port), arguments: { ...fine, ...given } });
    expect(server.seen.map((request) => request.path)).toEqual([path]);
  });
});

it('a secret with a line end never becomes a second header', async () => {
  const spec = { url: 'https://api.example.org/', headers: { authorization: '${env:TOKEN}' } };
  const options = { environment: { TOKEN: 'top-secret\r\nX-Evil: 1' } };
  const error: unknown = await http.ask({ spec, options }).catch((thrown: unknown) => thrown);
  expect(isEngineError(error) ? [error.code, error.message.includes('top-secret')] : error).toEqual([
    'MANIFEST_VALUE_INVALID',
    false,
  ]);
});

describe('an answer', () => {
  const tooLarge = 'The answer to the request of tool "ask" is larger than 10000 bytes.';

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])('that unpacks to far more than it seems (%s) is cut off', async (encoding, body) => {
    const server = await http.serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(body);
    });
    expect(failureIn(await askFor(server)).message).toBe(tooLarge);
  });

  it.each([{}, { 'content-encoding': 'gzip' }])(
    'without an end (%j) is cut off, and the connection closed',
    async (headers) => {
      const piece = 'content-encoding' in headers ? gzipSync('') : Buffer.alloc(10_000);
      const server = await http.serve((_request, response) => {
        response.writeHead(200, headers);
        const pour = (): void => {
          while (!response.destroyed && response.write(piece));
          if (!response.destroyed) response.once('drain', pour);
        };
        pour();
      });
      expect(failureIn(await askFor(server)).message).toBe(tooLarge);
      await server.untilAlone();
      expect(server.connections()).toBe(1);
    },
  );

  it('that never ends its body ends with the time of the tool, and the connection with it', async () => {
    const server = await http.serve((_request, response) => response.write('slow'));
    expect(verdict(await askFor(server, { timeout: '50ms' }))).toBe('timeout.attempt');
    await server.untilAlone();
    expect(server.connections()).toBe(1);
  });

  it.each(['gzip, gzip', 'zstd', 'constructor'])(
    'packed as %s, which nobody asked for, is not read',
    async (encoding) => {
      const server = await http.serve((_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(gzipSync('x')));
      });
      expect(verdict(await askFor(server))).toBe('tool.invalid_output');
    },
  );

  it('that goes over to another protocol is none, and nobody waits for one', async () => {
    const server = await http.serve((_request, response) => {
      response.writeHead(101, { connection: 'upgrade', upgrade: 'other' }).end();
    });
    expect(verdict(await askFor(server, { timeout: '30s' }))).toBe('tool.failed');
  });

  it('that is nested without end is not gone through', async () => {
    const server = await http.serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(50_000) + ']'.repeat(50_000));
    });
    expect(verdict(await askFor(server, { max_output_bytes: 200_000 }))).toBe('tool.invalid_output');
  });

  it('that is broken where it should unpack is not read', async () => {
    const server = await http.serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    });
    expect(verdict(await askFor(server))).toBe('tool.invalid_output');
  });

  it('with headers without measure is not read', async () => {
    const server = await http.serve((_request, response) => {
      response.writeHead(200, { 'x-large': 'x'.repeat(100_000) }).end('x');
    });
    expect(verdict(await askFor(server))).toBe('tool.invalid_output');
  });
});
