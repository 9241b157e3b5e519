import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mcpRuntime, servedTools, isAlive } from './mcp-project.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject } from './tool-project.ts';

let project: ToolProject;
beforeEach(() => {
  project = createToolProject();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

function honest(...only: string[]): ReturnType<typeof servedTools> {
  return servedTools('honest-server', [project.path('pids')], { only });
}

function pids(): number[] {
  return readFileSync(project.path('pids'), 'utf8').trim().split('\n').map(Number);
}

describe('tools of an MCP server', () => {
  it('are called, and their text is the output; what is no text is told of', async () => {
    const runtime = await mcpRuntime(project, honest('list_issues'));
    const outcome = await runtime.call(toolCall('issues.list_issues', { project: 'engine', most: 3 }));
    expect(outcome).toStrictEqual({
      ok: true,
      output: 'Issues of engine: 3\n[image of type image/png, 3 bytes, not shown]',
    });
  });

  it('give the value that they announced a schema of', async () => {
    const runtime = await mcpRuntime(project, honest('count'));
    expect(await runtime.call(toolCall('issues.count', {}))).toStrictEqual({ ok: true, output: { count: 3 } });
  });

  it('share one server, which is started by the first call and not before', async () => {
    const runtime = await mcpRuntime(project, honest('count', 'pid'));
    expect(() => pids()).toThrow('ENOENT');
    await Promise.all(['count', 'pid', 'pid'].map(async (tool) => await runtime.call(toolCall(`issues.${tool}`, {}))));
    expect(pids()).toHaveLength(1);
  });

  it('do not exist unless they are named, whatever else the server has', async () => {
    const runtime = await mcpRuntime(project, honest('count'));
    expect(verdict(await runtime.call(toolCall('issues.pid', {})))).toBe('config.invalid');
    expect(runtime.describe().map(({ name }) => name)).toStrictEqual(['issues.count']);
  });

  it('are described by the manifest alone until they are learnt of, and then as the server says', async () => {
    const runtime = await mcpRuntime(project, honest('list_issues'));
    const [before] = runtime.describe();
    await runtime.learn(['issues.list_issues'], toolCall('', {}));
    const [after] = runtime.describe();
    expect([before?.description, before?.inputSchema]).toStrictEqual([
      'The tool "list_issues" of the server "issues".',
      undefined,
    ]);
    expect(after?.description).toBe(
      'The tool "list_issues" of the server "issues", which says of it: "Lists issues of a project."',
    );
    expect(after?.inputSchema).toMatchObject({ type: 'object', required: ['project'] });
  });

  it('count as harmful whatever the server claims, unless the manifest says otherwise', async () => {
    const claimed = await mcpRuntime(project, honest('list_issues'));
    await claimed.learn(['issues.list_issues'], toolCall('', {}));
    const tools = servedTools('honest-server', [], { only: ['list_issues'], capabilities: ['deterministic_safe'] });
    const declared = await mcpRuntime(project, tools);
    expect([...claimed.describe(), ...declared.describe()].map(({ isReadOnly }) => isReadOnly)).toStrictEqual([
      false,
      true,
    ]);
  });

  it.each(['analysis_only', 'dry_run'] as const)('start no server in the mode %s', async (mode) => {
    const runtime = await mcpRuntime(project, honest('count'));
    await runtime.learn(['issues.count'], { mode, signal: new AbortController().signal });
    const outcome = await runtime.call(toolCall('issues.count', {}, { mode }));
    expect(outcome).toMatchObject({ ok: true, notRun: mode });
    expect(() => pids()).toThrow('ENOENT');
  });

  it('get no arguments that do not fit what they take', async () => {
    const runtime = await mcpRuntime(project, honest('list_issues'));
    const first = await runtime.call(toolCall('issues.list_issues', { project: 'x' }));
    expect(failureIn(first)).toMatchObject({ code: 'tool.invalid_input' });
    expect(runtime.check('issues.list_issues', { project: 7 })).toMatchObject({ code: 'tool.invalid_input' });
  });

  it('fail with what the server says when it reports an error', async () => {
    const runtime = await mcpRuntime(project, honest('refuse'));
    expect(failureIn(await runtime.call(toolCall('issues.refuse', {})))).toStrictEqual({
      code: 'tool.failed',
      message: 'The server reports that tool "issues.refuse" failed: "The project is locked.".',
      hint: 'Read the text in the details.',
      details: { text: 'The project is locked.' },
    });
  });

  it('see the variables that are listed, and no others', async () => {
    vi.stubEnv('MCP_LISTED', 'yes');
    vi.stubEnv('MCP_SECRET', 'no');
    const tools = servedTools('honest-server', [], { only: ['environment'], environment: ['MCP_LISTED'] });
    const outcome = await (await mcpRuntime(project, tools)).call(toolCall('issues.environment', {}));
    const names = outcome.ok ? String(outcome.output).split(' ') : [];
    expect(names.filter((name) => !['AGENT_ENGINE_MARK', 'LANG'].includes(name))).toStrictEqual(['MCP_LISTED', 'PATH']);
  });

  it('are not started by a command that is not permitted', async () => {
    const runtime = await mcpRuntime(project, honest('count'), { permissions: { commands: { allow: ['npm test'] } } });
    expect(verdict(await runtime.call(toolCall('issues.count', {})))).toBe(
      'permission.denied (permissions.commands.allow)',
    );
    expect(() => pids()).toThrow('ENOENT');
  });

  it('are neither started nor called for a task that may run no command', async () => {
    const runtime = await mcpRuntime(project, honest('count'));
    const permissions = { commands: { allow: [] } };
    const levels = [{ name: 'task' as const, place: 'task.permissions', permissions }];
    await runtime.learn(['issues.count'], toolCall('', {}, { levels }));
    expect(verdict(await runtime.call(toolCall('issues.count', {}, { levels })))).toBe(
      'permission.denied (task.permissions.commands.allow)',
    );
    expect(() => pids()).toThrow('ENOENT');
    expect(verdict(await runtime.call(toolCall('issues.count', {})))).toBe('ok');
  });

  it('fail when the server ends, and run again on a new one', async () => {
    const runtime = await mcpRuntime(project, honest('leave', 'count'));
    const failure = failureIn(await runtime.call(toolCall('issues.leave', {})));
    expect(failure).toMatchObject({ code: 'tool.failed', message: 'The MCP server "issues" has ended (exit code 3).' });
    expect(await runtime.call(toolCall('issues.count', {}))).toStrictEqual({ ok: true, output: { count: 3 } });
    expect(pids()).toHaveLength(2);
  });

  it('say what is missing when their command is not there', async () => {
    const tools = servedTools('honest-server', [], { only: ['count'], command: '/nowhere/to/be/found' });
    const runtime = await mcpRuntime(project, tools, {
      permissions: { commands: { allow: ['/nowhere/to/be/found *'] } },
    });
    expect(failureIn(await runtime.call(toolCall('issues.count', {}))).message).toBe(
      'The MCP server "issues" could not be started: it does not exist.',
    );
  });

  it('leave no process behind when the runtime is closed, and refuse further calls', async () => {
    const runtime = await mcpRuntime(project, honest('count'));
    await runtime.call(toolCall('issues.count', {}));
    const [pid = 0] = pids();
    expect(isAlive(pid)).toBe(true);
    await runtime.close();
    expect(isAlive(pid)).toBe(false);
    expect(verdict(await runtime.call(toolCall('issues.count', {})))).toBe('cancelled.task');
  });
});
