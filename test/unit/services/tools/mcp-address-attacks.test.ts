import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { PermissionsSpec } from '../../../../src/manifest/index.ts';
import type { ToolCall, ToolRuntime, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import type { SeenRequest, TestServer } from './http-server.ts';
import { createHttpProject, namesWith, type HttpProject } from './http-tools.ts';
import { mcpRuntime } from './mcp-project.ts';
import { failureIn, toolCall, verdict } from './tool-project.ts';

let http: HttpProject;

beforeEach(() => {
  http = createHttpProject();
});
afterEach(async () => await http.remove());

const notPublic = 'permission.denied (always: addresses that are not public)';
const Asked = z.object({ id: z.number().optional(), method: z.string() });

const results: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'x', version: '1' },
  },
  'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'done' }] },
};

function answer(request: SeenRequest, response: ServerResponse): void {
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const { id, method } = Asked.parse(JSON.parse(request.body));
  if (id === undefined) return void response.writeHead(202).end();
  const text = JSON.stringify({ jsonrpc: '2.0', id, result: results[method] });
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

type Network = NonNullable<PermissionsSpec['network']>;

async function runtimeAt(url: string, network: Network, more: Partial<ToolRuntimeOptions> = {}): Promise<ToolRuntime> {
  return await mcpRuntime(
    http.project,
    { 'issues.work': { type: 'mcp', url, only: ['work'], timeout: '20s' } },
    { permissions: { network }, resolveHost: namesWith({}).resolveHost, ...more },
  );
}

const work = toolCall('issues.work', {});
const callAt = async (url: string, network: Network, call: Partial<ToolCall> = {}): Promise<string> =>
  verdict(await (await runtimeAt(url, network)).call({ ...work, ...call }));

/** A server that may be asked, and one on the same port of another address of loopback that may not. */
async function serverAndVictim(respond = answer): Promise<{ own: TestServer; victim: TestServer }> {
  const own = await http.serve(respond);
  return { own, victim: await http.serve(answer, '127.0.0.2', own.port) };
}

describe('the url of an MCP server', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1.',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[::1]',
    '0.0.0.0',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '168.63.129.16',
  ])('that is written %s is refused where every host is permitted', async (host) => {
    const server = await http.serve(answer);
    expect(await callAt(`http://${host}:${server.port}/`, { allow: ['*:*'] })).toBe(notPublic);
    expect(server.connections()).toBe(0);
  });

  it.each([
    ['http://metadata.google.internal/', 'permission.denied (always: metadata)'],
    ['http://user:password@api.example.org/', 'permission.denied (tools.issues.url)'],
    ['file:///etc/passwd', 'permission.denied (tools.issues.url)'],
  ])('that is %s is refused where every host is permitted', async (url, expected) => {
    expect(await callAt(url, { allow: ['*:*'] })).toBe(expected);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'whose name stands for %s is refused though the name is listed',
    async (address) => {
      const { resolveHost } = namesWith({ 'api.example.org': [[address]] });
      const runtime = await runtimeAt('https://api.example.org/', { allow: ['api.example.org', '*'] }, { resolveHost });
      expect(verdict(await runtime.call(work))).toBe(notPublic);
    },
  );

  it('whose address is denied is refused though its name is listed', async () => {
    const server = await http.serve(answer);
    const network = { allow: ['api.example.org:*', '127.0.0.0/8:*'], deny: ['127.0.0.1'] };
    const { resolveHost } = namesWith({ 'api.example.org': [['127.0.0.1']] });
    const runtime = await runtimeAt(`http://api.example.org:${server.port}/`, network, { resolveHost });
    expect(verdict(await runtime.call(work))).toBe('permission.denied (permissions.network.deny)');
    expect(server.connections()).toBe(0);
  });
});

const networkOf = (port: number): Network => ({ allow: [`api.example.org:${port}`, `127.0.0.1:${port}`] });

describe('a name of an MCP server that does not keep its address', () => {
  const names = { 'api.example.org': [['127.0.0.1'], ['127.0.0.2']] };

  it('leads only where it led when it was checked, as long as the connection is used', async () => {
    const { own, victim } = await serverAndVictim();
    const { resolveHost, asked } = namesWith(names);
    const runtime = await runtimeAt(`http://api.example.org:${own.port}/`, networkOf(own.port), { resolveHost });
    expect([verdict(await runtime.call(work)), verdict(await runtime.call(work))]).toEqual(['ok', 'ok']);
    expect([asked, victim.connections()]).toEqual([['api.example.org'], 0]);
  });

  it('is checked anew when the connection was lost', async () => {
    const { own, victim } = await serverAndVictim();
    const { resolveHost } = namesWith(names);
    const runtime = await runtimeAt(`http://api.example.org:${own.port}/`, networkOf(own.port), { resolveHost });
    expect(verdict(await runtime.call(work))).toBe('ok');
    await own.close();
    expect(verdict(await runtime.call(work))).toBe('tool.failed');
    expect([verdict(await runtime.call(work)), victim.connections()]).toEqual([notPublic, 0]);
  });
});

describe('a redirect of an MCP server', () => {
  it.each([
    ['the greeting', 'POST', (port: number) => `http://127.0.0.2:${port}/`],
    ['its stream', 'GET', (port: number) => `http://127.0.0.2:${port}/`],
    ['the greeting to metadata', 'POST', () => 'http://169.254.169.254/latest/'],
    ['the greeting to a decimal address', 'POST', (port: number) => `http://2130706434:${port}/`],
  ])('of %s is not followed, though every address of loopback is listed', async (_what, method, location) => {
    const { own, victim } = await serverAndVictim((request, response) => {
      if (request.method === method) response.writeHead(307, { location: location(own.port) }).end();
      else answer(request, response);
    });
    await callAt(`http://127.0.0.1:${own.port}/`, { allow: ['127.0.0.0/8:*', '169.254.169.254'] });
    await vi.waitFor(() => expect(own.seen.map((request) => request.method)).toContain(method), 10_000);
    expect([victim.connections(), new Set(own.seen.map(({ path }) => path))]).toEqual([0, new Set(['/'])]);
  });
});

describe('what an agent and a task narrow', () => {
  it.each([
    [{ network: { allow: [] } }, 'permission.denied (permissions.network.allow)'],
    [{ network: { allow: ['*:*'] } }, notPublic],
    [{ network: { deny: ['127.0.0.0/8'] } }, 'permission.denied (permissions.network.deny)'],
  ])('as %j holds for a server at an address', async (permissions, expected) => {
    const server = await http.serve(answer);
    const levels = [{ name: 'task', place: 'permissions', permissions }] as const;
    const network = { allow: [`127.0.0.1:${server.port}`] };
    expect(await callAt(`http://127.0.0.1:${server.port}/`, network, { levels })).toBe(expected);
    expect(server.connections()).toBe(0);
  });

  it('holds for the address of a server that is connected already', async () => {
    const server = await http.serve(answer);
    const { resolveHost } = namesWith({ 'api.example.org': [['127.0.0.1']] });
    const network = { allow: ['api.example.org:*', '127.0.0.1:*'] };
    const runtime = await runtimeAt(`http://api.example.org:${server.port}/`, network, { resolveHost });
    expect(verdict(await runtime.call(work))).toBe('ok');
    const permissions = { network: { deny: ['127.0.0.1'] } };
    const level = { name: 'agent' as const, place: 'agents.a.permissions', permissions };
    expect(verdict(await runtime.call({ ...work, levels: [level] }))).toBe(
      'permission.denied (agents.a.permissions.network.deny)',
    );
    expect(server.seen.filter(({ body }) => body.includes('tools/call'))).toHaveLength(1);
  });
});

it('an answer of an MCP server that comes packed is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
  const server = await http.serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
  });
  const runtime = await runtimeAt(`http://127.0.0.1:${server.port}/`, { allow: [`127.0.0.1:${server.port}`] });
  expect(failureIn(await runtime.call(work)).code).toBe('tool.failed');
  expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
});
