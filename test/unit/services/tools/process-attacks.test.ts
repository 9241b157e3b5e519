import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import { findBubblewrap } from '../../../../src/services/tools/command/find-bubblewrap.ts';
import type { ToolRuntime } from '../../../../src/services/tools/index.ts';
import { mcpRuntime } from './mcp-project.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject } from './tool-project.ts';

type CommandSpec = Extract<ToolSpec, { type: 'command.run' }>;

const hasSandbox = (await findBubblewrap()) !== undefined;

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});
afterEach(async () => {
  for (const pid of pidsOf(project)) process.kill(pid, 'SIGKILL');
  await project.remove();
});

/** Processes that name the project in their words, which is what all scripts here do. */
function pidsOf({ directory }: ToolProject): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(directory);
    } catch {
      return false;
    }
  });
}

/** The kernel takes a moment to bury what was killed. */
async function allGone(): Promise<void> {
  await vi.waitFor(() => expect(pidsOf(project)).toEqual([]), 10_000);
}

async function runtimeOf(script: string, spec: Partial<CommandSpec> = {}): Promise<ToolRuntime> {
  const file = project.write('work/script.sh', script);
  return await project.runtime({
    tools: { run: { type: 'command.run', command: `/bin/sh "${file}"`, sandbox: 'off', ...spec } },
    permissions: { filesystem: { read: ['.'], write: ['./work'] }, commands: { allow: ['/bin/sh *'] } },
  });
}

/** A process that has left its group, its session and its parent, and holds no pipe. */
const orphan = `(setsid /bin/sh -c 'sleep 300; : "$0"' "$0" </dev/null >/dev/null 2>&1 &)
while [ "$(pgrep -cf "sleep 300.*$0")" -lt 1 ]; do :; done
`;

describe.runIf(process.platform === 'linux')('a process that gets away from its command, without a sandbox', () => {
  it('ends when the command has ended by itself', async () => {
    const runtime = await runtimeOf(`${orphan}echo done`);
    expect(await runtime.call(toolCall('run', {}))).toMatchObject({ ok: true, output: { stdout: 'done\n' } });
    await allGone();
  });

  it('ends when time is up', async () => {
    const runtime = await runtimeOf(`${orphan}wait; sleep 300`, { timeout: '1s' });
    expect(verdict(await runtime.call(toolCall('run', {})))).toBe('timeout.attempt');
    await allGone();
  });

  it('ends when the task is cancelled', async () => {
    const runtime = await runtimeOf(`${orphan}: > "$0.ready"; sleep 300`);
    const cancel = new AbortController();
    const outcome = runtime.call(toolCall('run', {}, { signal: cancel.signal }));
    await vi.waitFor(() => expect(readdirSync(project.path('work'))).toContain('script.sh.ready'), 20_000);
    expect(pidsOf(project).length).toBeGreaterThan(1);
    cancel.abort();
    expect(verdict(await outcome)).toBe('cancelled.task');
    await allGone();
  });

  it('ends with an MCP server that started it', async () => {
    const args = [project.write('work/script.sh', `${orphan}: > "$0.ready"; cat > /dev/null`)];
    const runtime = await mcpRuntime(
      project,
      { 'a.work': { type: 'mcp', command: '/bin/sh', args, only: ['work'], timeout: '20s', sandbox: 'off' } },
      { permissions: { commands: { allow: ['/bin/sh *'] } } },
    );
    const outcome = runtime.call(toolCall('a.work', {}));
    await vi.waitFor(() => expect(readdirSync(project.path('work'))).toContain('script.sh.ready'), 20_000);
    expect(pidsOf(project).length).toBeGreaterThan(1);
    await runtime.close();
    await outcome;
    await allGone();
  });
});

// Both end by themselves: what they could take is bounded, should nothing hold them.
describe.runIf(hasSandbox)('a fork bomb in a sandbox', () => {
  it.each([
    ['side by side', 'count=0; while [ $count -lt 600 ]; do sleep 20 & count=$((count + 1)); done; wait'],
    [
      'each by the one before',
      'if [ "${1:-0}" -lt 9 ]; then for _ in 1 2; do /bin/sh "$0" $((${1:-0} + 1)) & done; fi; sleep 20; wait',
    ],
  ])('(%s) is ended with all of its processes', async (_how, bomb) => {
    const runtime = await runtimeOf(bomb, { sandbox: 'required', max_processes: 60, timeout: '15s' });
    const outcome = await runtime.call(toolCall('run', {}));
    expect(failureIn(outcome).code).toBe('tool.exit_code');
    await allGone();
  });
});
