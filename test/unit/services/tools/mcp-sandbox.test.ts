import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PermissionsSpec, ToolSpec } from '../../../../src/manifest/index.ts';
import { findBubblewrap } from '../../../../src/services/tools/command/find-bubblewrap.ts';
import type { ToolOutcome, ToolRuntime } from '../../../../src/services/tools/index.ts';
import { startServer, type TestServer } from './http-server.ts';
import { mcpRuntime } from './mcp-project.ts';
import { createToolProject, failureIn, toolCall, type ToolProject } from './tool-project.ts';

type McpSpec = Extract<ToolSpec, { type: 'mcp' }>;

const hasSandbox = (await findBubblewrap()) !== undefined;
const filesystem = { read: ['.'], write: ['./work'] };
const commands = { allow: [`${process.execPath} *`] };

let project: ToolProject;
let server: TestServer;

beforeEach(async () => {
  project = createToolProject();
  server = await startServer((_request, response) => response.end('hello'));
  copyFileSync(path.resolve(import.meta.dirname, '../../../support/mcp/plain-server.ts'), project.path('server.mts'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
  await server.close();
});

async function open(spec: Partial<McpSpec> = {}, permissions: PermissionsSpec = {}): Promise<ToolRuntime> {
  const plain = { type: 'mcp' as const, command: process.execPath, args: ['server.mts'] };
  return await mcpRuntime(
    project,
    { 'plain.work': { ...plain, timeout: '20s', ...spec, only: ['work'] } },
    { permissions: { filesystem, commands, ...permissions } },
  );
}

const deed = async (runtime: ToolRuntime, name: string, target?: string): Promise<ToolOutcome> =>
  await runtime.call(toolCall('plain.work', { deed: name, target: target ?? '' }));
const did = async (runtime: ToolRuntime, name: string, target?: string): Promise<unknown> => {
  const outcome = await deed(runtime, name, target);
  return outcome.ok ? outcome.output : outcome.failure;
};

// Where bubblewrap is missing, or user namespaces are forbidden, there is nothing to be tested; .ci/run installs it.
describe.runIf(hasSandbox)('an MCP server in a sandbox', () => {
  it('reads and writes where engine and tool permit it, and sees nothing else', async () => {
    project.write('work/old.txt', 'old');
    mkdirSync(project.path('.agent-engine'));
    project.write('.agent-engine/state.db', 'journal');
    const runtime = await open();
    const secret = path.join(project.outside, 'secret.txt');
    expect(await did(runtime, 'read', 'work/old.txt')).toBe('old');
    expect(await did(runtime, 'write', 'work/new.txt')).toBe('written');
    expect(await did(runtime, 'read', secret)).toBe('ENOENT');
    expect(await did(runtime, 'write', 'top.txt')).toBe('EROFS');
    expect(await did(runtime, 'read', '.agent-engine/state.db')).toBe('ENOENT');
    expect([existsSync(project.path('work/new.txt')), existsSync(project.path('top.txt'))]).toEqual([true, false]);
  });

  it('writes nothing where its tool may not', async () => {
    const runtime = await open({ permissions: { filesystem: { write: [] } } });
    expect(await did(runtime, 'write', 'work/new.txt')).toBe('EROFS');
  });

  it('sees no process but its own, and no variable but those that are listed', async () => {
    vi.stubEnv('MCP_SECRET', 'very-secret');
    const runtime = await open();
    expect(Number(await did(runtime, 'processes'))).toBeLessThan(8);
    const names = String(await did(runtime, 'environment')).split(' ');
    expect(names.filter((name) => !['LANG', 'PATH', 'PWD'].includes(name))).toEqual([]);
  });

  it.each([
    ['has no network', {}, 'refused'],
    ['has no network where hosts are listed, since it cannot tell them apart', { allow: ['127.0.0.1:*'] }, 'refused'],
    ['has the network where every host is permitted', { allow: ['*'] }, 'answered'],
  ])('%s', async (_what, network, expected) => {
    const runtime = await open({}, { network });
    expect(await did(runtime, 'reach', `http://127.0.0.1:${server.port}/`)).toBe(expected);
  });

  it('is gone with all that it started when the runtime is closed, also what left its group', async () => {
    const runtime = await open();
    const beats = project.path('work/beat.txt');
    expect(await did(runtime, 'beat', beats)).toBe('started');
    await vi.waitFor(() => expect(existsSync(beats)).toBe(true), 10_000);
    await runtime.close();
    await pause(50); // a beat that was being written
    const last = readFileSync(beats, 'utf8');
    await pause(150);
    expect(readFileSync(beats, 'utf8')).toBe(last);
  });

  it('that is not there is told of as outside of one', async () => {
    const runtime = await open(
      { command: '/nowhere/to/be/found' },
      { commands: { allow: ['/nowhere/to/be/found *'] } },
    );
    expect(failureIn(await deed(runtime, 'processes')).message).toBe(
      'The MCP server "plain" could not be started: it does not exist.',
    );
  });
});

it('an MCP server outside of a sandbox, where its manifest says so, sees what the engine sees', async () => {
  const runtime = await open({ sandbox: 'off' });
  expect(await did(runtime, 'read', path.join(project.outside, 'secret.txt'))).toBe('secret');
});
