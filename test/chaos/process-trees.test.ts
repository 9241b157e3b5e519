import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cli, startCli, until, type Ended, type Running } from '../e2e/cli-process.ts';
import { temporaryDirectory, writeFiles, type Files } from '../e2e/project.ts';

const room = temporaryDirectory();

// A shell that ignores SIGTERM starts one that does so too; both would live for minutes, and both leave their ids.
const stubborn = `trap '' TERM
echo $$ > parent.tmp.$$; mv parent.tmp.$$ pid.$$
sh -c "trap '' TERM; echo \\$\\$ > child.tmp.\\$\\$; mv child.tmp.\\$\\$ pid.\\$\\$; while :; do sleep 300; done" &
wait
`;

/** Two child tasks of a map, each with a command that hangs. */
const hangingFiles = (timeout: string): Files => ({
  'agents.yaml': 'agents: {}\n',
  'engine.yaml': `engine: { name: trees, permissions: { commands: { allow: ['/bin/sh *'] }, filesystem: { read: ['.'] } } }\n`,
  'tools.yaml': `tools: { hang: { type: command.run, command: '/bin/sh stubborn.sh', timeout: 300s, sandbox: off } }\n`,
  'stubborn.sh': stubborn,
  'workflow.yaml': `workflow:
  id: trees
  nodes:
    - { id: each, type: map, items: [1, 2], node: { type: tool, tool: hang, timeout: ${timeout} } }
`,
});

function pidsIn(directory: string): readonly number[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith('pid.'))
    .map((name) => Number(name.slice('pid.'.length)));
}

/** A process that is dead but not yet collected by its parent counts as gone. */
function isGone(pid: number): boolean {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ', 2)[1]?.[0];
    return state === 'Z' || state === 'X';
  } catch {
    return true;
  }
}

async function startHanging(
  directory: string,
): Promise<{ readonly running: Running; readonly pids: readonly number[] }> {
  const running = startCli(['run', directory, 'go', '--id', 'task', '--quiet']);
  await until('all commands run', () => pidsIn(directory).length === 4);
  const pids = pidsIn(directory);
  onTestFinished(() => {
    for (const pid of pids.filter((each) => !isGone(each))) process.kill(pid, 'SIGKILL');
  });
  expect(pids.filter((pid) => isGone(pid))).toEqual([]);
  return { running, pids };
}

const cancel = async (directory: string): Promise<Ended> => cli(['cancel', 'task', '--project', directory]);

// Whether a process is gone is read from /proc, which Linux alone has.
describe.runIf(process.platform === 'linux')('hung commands of child tasks, with all processes below them, end', () => {
  it('when the task is cancelled by another process', async () => {
    const directory = writeFiles(path.join(room, 'cancelled'), hangingFiles('200s'));
    const { running, pids } = await startHanging(directory);
    const { code, stderr } = await cancel(directory);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Task "task" is cancelled.')]);
    await until('they are gone', () => pids.every((pid) => isGone(pid)));
    expect((await running.ended).code).toBe(1);
  });

  it('when the program is terminated, and the task can be cancelled after it', async () => {
    const directory = writeFiles(path.join(room, 'terminated'), hangingFiles('200s'));
    const { running, pids } = await startHanging(directory);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(130);
    await until('they are gone', () => pids.every((pid) => isGone(pid)));
    expect((await cancel(directory)).code).toBe(0);
    expect(pidsIn(directory)).toHaveLength(4);
  });

  it('when the time of their stages is up', async () => {
    const directory = writeFiles(path.join(room, 'late'), hangingFiles('4s'));
    const { running, pids } = await startHanging(directory);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('timeout.attempt')]);
    await until('they are gone', () => pids.every((pid) => isGone(pid)));
  });
});
