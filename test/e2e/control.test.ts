import { DatabaseSync } from 'node:sqlite';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { shell, startCli, until, untilFile, type Running } from './cli-process.ts';
import { gatedProject, temporaryDirectory, timesRun, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();
const place = (name: string, files: Files = gatedProject): string => writeFiles(path.join(directory, name), files);
const openGate = (project: string): void => writeFileSync(path.join(project, 'gate'), '');

/** Starts the task "task", and waits until its second stage is at work. */
async function startGated(project: string): Promise<Running> {
  const running = startCli(['run', project, 'go', '--id', 'task', '--no-progress'], { cwd: directory });
  await untilFile(path.join(project, 'counts.txt'));
  await until('the second stage is at work', () => timesRun(project)['second'] === 1);
  return running;
}

async function shown(project: string): Promise<Record<string, unknown>> {
  const { stdout } = await cli(['show', 'task', '--project', project, '--json']);
  const value: unknown = JSON.parse(stdout);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

describe('step mode', () => {
  it('lets one stage run in each process, and says what is next', async () => {
    const project = place('stepped');
    openGate(project);
    const created = await cli(['run', 'stepped', 'go', '--id', 'task', '--step', '--no-progress'], { cwd: directory });
    expect({ code: created.code, stdout: created.stdout }).toEqual({ code: 3, stdout: '' });
    expect(created.stderr).toMatch(
      /\nNext: first\. One at a time: .+ step task --project stepped\nPaused\. Go on with: .+ resume task --project stepped\n$/u,
    );
    const command = / time: (?<command>.+)\n/u.exec(created.stderr)?.groups?.['command'] ?? '';
    const stepped = await shell(`${command} --json`, directory);
    expect(JSON.parse(stepped.stdout)).toMatchObject({ status: 'paused', held: ['second'] });
    expect([stepped.code, timesRun(project)]).toEqual([3, { first: 1 }]);
    expect(await shown(project)).toMatchObject({ status: 'paused', paused: true, held: ['second'], at_work: false });
    const text = await cli(['show', 'task', '--project', project]);
    expect(text.stdout).toMatch(/^held +second$/mu);
    const before = await cli(['show', 'task', '--project', project, '--at', '1']);
    expect(before.stdout).toMatch(/^held +first$/mu);
    const refused = await cli(['step', 'task', '--stage', 'third', '--project', project]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('error TASK_STAGE_NOT_HELD Stage "third" of task "task" is not held.');
    await cli(['step', 'task', '--stage', 'second', '--project', project]);
    const last = await cli(['resume', 'task', '--project', project]);
    expect({ code: last.code, stdout: last.stdout }).toEqual({ code: 0, stdout: 'All three are done.\n' });
    expect(timesRun(project)).toEqual({ first: 1, second: 1, third: 1 });
  });
});

describe('breakpoints', () => {
  it('pause a task before a node and at an edge, until they are taken away', async () => {
    const project = place('broken off');
    openGate(project);
    const run = ['run', project, 'go', '--id', 'task', '--no-progress', '--break', 'first->second', '--break', 'third'];
    const paused = await cli(run);
    expect(paused.code).toBe(3);
    expect(paused.stderr).toMatch(/^Next: second\..+\nPaused at the breakpoint first->second\. Go on with: /mu);
    expect(await shown(project)).toMatchObject({
      held: ['second'],
      breakpoints: ['first->second', 'third'],
      stopped_at: 'first->second',
    });
    const again = await cli(['resume', 'task', '--project', project, '--break', 'third', '--events']);
    const reasons = again.stdout.split('\n').flatMap((line) => (line.includes('task.paused') ? [line] : []));
    expect([again.code, reasons]).toEqual([3, [expect.stringContaining('"reason":"breakpoint third"')]]);
    const unknown = await cli(['resume', 'task', '--project', project, '--break', 'thid']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean "third"?')]);
    const done = await cli(['resume', 'task', '--project', project, '--no-break']);
    expect([done.code, (await shown(project))['breakpoints']]).toEqual([0, []]);
  });
});

/** A command that starts another one, and never ends. */
const hanging: Files = {
  ...toolFiles,
  'tools.yaml': `tools:
  hang: { type: command.run, command: 'node hang.js', timeout: 300s, sandbox: off }
`,
  'engine.yaml': `engine:
  name: hanging
  permissions:
    filesystem: { read: ["."], write: ["."] }
    commands: { allow: ["node hang.js"] }
`,
  'hang.js': `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync('pids.txt', process.pid + ' ' + child.pid + ' ');
setInterval(() => {}, 1000);
`,
  'package.json': '{ "type": "module" }',
  'workflow.yaml': `workflow:
  id: hanging
  nodes:
    - { id: hang, type: tool, tool: hang }
`,
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Orders that nobody has taken yet. */
function signalCount(project: string): number {
  const database = new DatabaseSync(path.join(project, '.agent-engine', 'state.sqlite'), { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS count FROM signal').get()?.['count']);
  } finally {
    database.close();
  }
}

describe('from another process', () => {
  it('cancel reaches the processes of a hung tool', async () => {
    const project = place('hanging', hanging);
    const running = startCli(['run', project, 'go', '--id', 'task'], { cwd: directory });
    const file = path.join(project, 'pids.txt');
    await until('the command hangs', () => existsSync(file) && readFileSync(file, 'utf8').endsWith(' '));
    const pids = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    const { code, stdout, stderr } = await cli(['cancel', 'task', '--project', project]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Task "task" is cancelled. Stopped at work: hang.\n',
    });
    expect((await running.ended).code).toBe(1);
    await until('its processes are gone', () => !pids.some(isAlive));
    const again = await cli(['cancel', 'task', '--project', project]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('error TASK_ALREADY_OVER')]);
  });

  it('pause lets the stage at work end, and a cancel of what rests needs no process', async () => {
    const project = place('paused from afar');
    const running = await startGated(project);
    const paused = await cli(['pause', 'task', '--project', project]);
    expect([paused.code, paused.stderr]).toEqual([
      0,
      expect.stringMatching(/^Task "task" pauses: 1 stage at work will end first\. Go on with: .+ resume task .+\n$/u),
    ]);
    expect(await shown(project)).toMatchObject({ status: 'paused', at_work: true });
    openGate(project);
    expect((await running.ended).code).toBe(3);
    const still = await cli(['pause', 'task', '--project', project, '--json']);
    expect(JSON.parse(still.stdout)).toMatchObject({
      taskId: 'task',
      status: 'paused',
      at_work: false,
      held: ['third'],
    });
    const cancelled = await cli(['cancel', 'task', '--project', project, '--json']);
    expect([cancelled.code, JSON.parse(cancelled.stdout)]).toMatchObject([0, { status: 'cancelled' }]);
    expect(timesRun(project)).toEqual({ first: 1, second: 1 });
  });

  it('an answer reaches a task whose other stage is still at work, by the command that its run names', async () => {
    const project = place('asked', {
      ...toolFiles,
      'workflow.yaml': `workflow:
  id: asked
  nodes:
    - { id: start, type: transform, output: 1 }
    - { id: work, type: tool, tool: count, arguments: { stage: work, gate: gate } }
    - { id: ask, type: feedback, question: Well? }
    - { id: join, type: merge, merge: dict }
  edges:
    - { from: start, to: work }
    - { from: start, to: ask }
    - { from: work, to: join }
    - { from: ask, to: join }
`,
    });
    const running = startCli(['run', 'asked', 'go', '--id', 'task', '--json'], { cwd: directory });
    await untilFile(path.join(project, 'counts.txt'));
    await until('it asks', () => running.stderr().includes('asked "Well?"; answer from another terminal with: '));
    const command = /\S+ \S+ answer task --approve --project asked/u.exec(running.stderr())?.[0] ?? '';
    const answered = await shell(command, directory);
    expect([answered.code, answered.stdout]).toEqual([0, '']);
    expect(answered.stderr).toContain('Another process is at work on the task, and goes on with it. See it with: ');
    const late = await shell(command, directory);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('error TASK_NOT_WAITING')]);
    openGate(project);
    expect(JSON.parse((await running.ended).stdout)).toMatchObject({
      status: 'completed',
      output: { work: { stage: 'work' }, ask: { action: 'approve' } },
    });
  });

  it('a task whose process is killed while an order is under way is cancelled all the same', async () => {
    const project = place('killed');
    const running = await startGated(project);
    running.child.kill('SIGSTOP'); // it cannot take the order
    const cancelling = startCli(['cancel', 'task', '--project', project]);
    await until('the order is sent', () => signalCount(project) > 0);
    running.child.kill('SIGKILL');
    expect((await cancelling.ended).stderr).toBe('Task "task" is cancelled. Stopped at work: second.\n');
    expect((await running.ended).signal).toBe('SIGKILL');
    expect(await shown(project)).toMatchObject({ status: 'cancelled', at_work: false });
  });

  it('a task whose process was killed is shown as interrupted, with how it goes on', async () => {
    const project = place('interrupted');
    const running = await startGated(project);
    expect(await shown(project)).toMatchObject({ status: 'running', at_work: true });
    const none = await cli(['tasks', '--project', project, '--status', 'interrupted', '--status', 'pending', '--json']);
    expect(none).toMatchObject({ code: 0, stdout: '[]\n' });
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await shown(project)).toMatchObject({ status: 'running', at_work: false });
    const text = await cli(['show', 'task', '--project', project]);
    expect(text.stdout).toMatch(/^status +interrupted$/mu);
    expect(text.stdout).toMatch(/^go on with +.+ resume task --project .+$/mu);
    const listed = await cli(['tasks', '--project', project]);
    expect(listed.stdout).toMatch(/^task +interrupted /mu);
    expect(listed.stderr).toMatch(/^A task that was interrupted goes on with: .+ resume task --project .+\n$/u);
    const json = await cli(['tasks', '--project', project, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject([{ taskId: 'task', status: 'running', at_work: false }]);
    const byStatus = await cli(['tasks', '--project', project, '--status', 'interrupted', '--json']);
    expect(JSON.parse(byStatus.stdout)).toEqual(JSON.parse(json.stdout));
    const refused = await cli(['pause', 'task', '--project', project]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('error TASK_NOT_AT_WORK')]);
  });
});
