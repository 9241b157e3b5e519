import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolOutcome, ToolRuntime, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import { mcpRuntime } from './mcp-project.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject } from './tool-project.ts';

const Asked = z.object({ id: z.number().optional(), method: z.string() });

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let project: ToolProject;
let server: Server | undefined;
let seen: { method: string; authorization: string | undefined }[];

beforeEach(() => {
  project = createToolProject();
  seen = [];
});
afterEach(async () => {
  await project.remove();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

async function serve(answer: Answer): Promise<number> {
  server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server by the SDK with a session for each client. */
function honest(): Answer & { readonly sessions: Map<string, StreamableHTTPServerTransport> } {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const tools = new McpServer({ name: 'issues', version: '1' });
    tools.registerTool('work', { inputSchema: {} }, () => ({ content: [{ type: 'text', text: 'done' }] }));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await tools.connect(transport);
    return transport;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : await open();
    if (known === undefined) response.writeHead(404).end();
    else await known.handleRequest(request, response);
  };
  return Object.assign((request: IncomingMessage, response: ServerResponse) => void answer(request, response), {
    sessions,
  });
}

/** Greets, and answers calls in a way of its own. */
function greeting(onCall: (id: number, response: ServerResponse) => void): Answer {
  return (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { id, method } = Asked.parse(JSON.parse(body));
      if (id === undefined) return response.writeHead(202).end();
      const greet = {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '1' },
      };
      const tools = [{ name: 'work', inputSchema: { type: 'object' } }];
      if (method === 'tools/call') return onCall(id, response);
      const result = method === 'initialize' ? greet : { tools };
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  };
}

async function runtimeAt(url: string, more: Partial<ToolRuntimeOptions> = {}): Promise<ToolRuntime> {
  const headers = { Authorization: 'Bearer ${env:TOKEN}' };
  const host = new URL(url).host;
  return await mcpRuntime(
    project,
    { 'issues.work': { type: 'mcp', url, headers, only: ['work'], timeout: '20s' } },
    { permissions: { network: { allow: [host] } }, environment: { TOKEN: 'very-secret' }, ...more },
  );
}

const work = toolCall('issues.work', {});
const callAt = async (port: number): Promise<ToolOutcome> =>
  await (await runtimeAt(`http://127.0.0.1:${port}/mcp`)).call(work);

describe('an MCP server at an address', () => {
  it('is asked with the declared headers, and its session is ended with the runtime', async () => {
    const answer = honest();
    const runtime = await runtimeAt(`http://127.0.0.1:${await serve(answer)}/mcp`);
    expect(await runtime.call(work)).toStrictEqual({ ok: true, output: 'done' });
    expect(answer.sessions.size).toBe(1);
    await runtime.close();
    expect(answer.sessions.size).toBe(0);
    expect(new Set(seen.map(({ authorization }) => authorization))).toStrictEqual(new Set(['Bearer very-secret']));
  });

  it('that has forgotten the session fails the call, and is greeted anew by the next', async () => {
    const answer = honest();
    const runtime = await runtimeAt(`http://127.0.0.1:${await serve(answer)}/mcp`);
    expect(verdict(await runtime.call(work))).toBe('ok');
    answer.sessions.clear();
    expect(failureIn(await runtime.call(work)).message).toBe(
      'The MCP server "issues" does not know the session any more.',
    );
    expect(verdict(await runtime.call(work))).toBe('ok');
  });

  it('is not asked when the engine does not list its host', async () => {
    const port = await serve(honest());
    const permissions = { network: { allow: ['127.0.0.1:1', 'example.org'] } };
    const runtime = await runtimeAt(`http://127.0.0.1:${port}/mcp`, { permissions });
    expect(verdict(await runtime.call(work))).toBe('permission.denied (permissions.network.allow)');
    expect(seen).toStrictEqual([]);
  });

  it('cannot send the client, and the headers with it, to another address', async () => {
    let isReached = false;
    const port = await serve((request, response) => {
      if (request.url === '/inside') isReached = true;
      response.writeHead(307, { location: '/inside' }).end();
    });
    expect(failureIn(await callAt(port))).toMatchObject({ code: 'tool.failed' });
    expect(isReached).toBe(false);
  });

  it('that sends without end is cut off', async () => {
    const port = await serve(
      greeting((_id, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const more = (): void => {
          while (!response.destroyed && response.write(`data: ${'x'.repeat(100_000)}`)) continue;
        };
        response.on('drain', more);
        more();
      }),
    );
    expect(failureIn(await callAt(port)).message).toContain('It sends more than anybody asked for.');
  });

  it.each([
    ['no JSON', 'application/json', 'Hello.'],
    ['no message', 'application/json', '{"answer":42}'],
    ['no message in its stream', 'text/event-stream', 'data: {"answer":42}\n\n'],
  ])('that sends %s does not keep to the protocol', async (_what, type, text) => {
    const port = await serve(greeting((_id, response) => response.writeHead(200, { 'content-type': type }).end(text)));
    expect(failureIn(await callAt(port))).toMatchObject({ code: 'tool.invalid_output' });
  });

  it('that breaks off in the middle of an answer fails the call at once', async () => {
    const port = await serve(
      greeting((_id, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"json', () => response.destroy());
      }),
    );
    expect(failureIn(await callAt(port)).message).toBe('The MCP server "issues" has broken off the connection.');
  });

  it('that turns the client away is not told of with the secret that it was shown', async () => {
    const port = await serve((request, response) => response.writeHead(401).end(request.headers.authorization));
    const text = JSON.stringify(failureIn(await callAt(port)));
    expect(text).toContain('redacted (TOKEN)');
    expect(text).not.toContain('very-secret');
  });
});
