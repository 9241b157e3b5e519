import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { shell, startCli, stackPattern, until, untilFile, type Running } from './cli-process.ts';
import { gatedProject, temporaryDirectory, timesRun, writeFiles } from './project.ts';

const directory = temporaryDirectory();

function gated(name: string): string {
  return writeFiles(path.join(directory, name), gatedProject);
}

function openGate(project: string): void {
  writeFileSync(path.join(project, 'gate'), '');
}

/** Starts the task "task", and waits until its second stage is at work. */
async function startGated(project: string): Promise<Running> {
  const running = startCli(['run', project, 'go', '--id', 'task'], { cwd: directory });
  await untilFile(path.join(project, 'counts.txt'));
  await until('the second stage is at work', () => timesRun(project)['second'] === 1);
  return running;
}

/** The command that a line of stderr names after the last colon. */
function commandIn(stderr: string): string {
  return / with: (?<command>.+)\n$/u.exec(stderr)?.groups?.['command'] ?? '';
}

it('goes on after a kill without running a finished stage again', async () => {
  const project = gated('killed');
  const running = await startGated(project);
  running.child.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  openGate(project);
  const { code, stdout, stderr } = await cli(['resume', 'task', '--project', project]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'All three are done.\n' });
  expect(stderr).toContain('gated, task task, resumed\n');
  expect(timesRun(project)).toEqual({ first: 1, second: 2, third: 1 });
});

it('pauses at the first Ctrl-C, lets the stage at work end, and names the command to go on with', async () => {
  const project = gated('paused here');
  const running = await startGated(project);
  running.child.kill('SIGINT');
  await until('it says that it pauses', () => running.stderr().includes('Pausing'));
  openGate(project);
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain('Pausing: 1 stage is still at work; press Ctrl-C again to stop at once.\n');
  expect(commandIn(stderr)).toMatch(/ resume task --project 'paused here'$/u);
  const resumed = await shell(commandIn(stderr), directory);
  expect({ code: resumed.code, stdout: resumed.stdout }).toEqual({ code: 0, stdout: 'All three are done.\n' });
  expect(timesRun(project)).toEqual({ first: 1, second: 1, third: 1 });
});

it('stops at once at the second Ctrl-C, and at a SIGTERM', async () => {
  const twice = gated('twice');
  const terminated = gated('terminated');
  const running = await startGated(twice);
  running.child.kill('SIGINT');
  await until('it says that it pauses', () => running.stderr().includes('Pausing'));
  running.child.kill('SIGINT');
  const other = await startGated(terminated);
  other.child.kill('SIGTERM');
  for (const { code, stdout, stderr } of await Promise.all([running.ended, other.ended])) {
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Stopped\. What was at work begins again with: .+ resume task --project \w+\n$/u);
    expect(stderr).not.toMatch(stackPattern);
  }
  openGate(twice);
  const resumed = await cli(['resume', 'task', '--project', twice, '--quiet']);
  expect(resumed).toEqual({ code: 0, signal: null, stdout: 'All three are done.\n', stderr: '' });
  expect(timesRun(twice)).toEqual({ first: 1, second: 2, third: 1 });
});

it('leaves a task alone that another process has', async () => {
  const project = gated('busy');
  const running = await startGated(project);
  const { code, stdout, stderr } = await cli(['resume', 'task', '--project', project]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^error TASK_BUSY Another process is at work on task "task"\.\n {2}help: Wait until it is done, or pause or cancel it; see how it stands with: .+ show task /u,
  );
  openGate(project);
  expect((await running.ended).code).toBe(0);
  expect(timesRun(project)).toEqual({ first: 1, second: 1, third: 1 });
});

it('does not resume a task that is over, and says where to look', async () => {
  const project = gated('over');
  openGate(project);
  await cli(['run', project, 'go', '--id', 'task']);
  const { code, stderr } = await cli(['resume', 'task'], { cwd: project });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error TASK_ALREADY_OVER Task "task" is over: it is completed\.\n {2}help: See what became of it with: node \S+ show task\n {2}See docs\/errors\.md#task_already_over\n$/u,
  );
});

it('does not take an id a second time', async () => {
  const project = gated('twin');
  openGate(project);
  await cli(['run', project, 'go', '--id', 'task']);
  const { code, stderr } = await cli(['run', project, 'go', '--id', 'task']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error TASK_ALREADY_EXISTS .+\n {2}help: Choose another id, or see the task with: /u);
});
