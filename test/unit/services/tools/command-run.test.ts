import { chmodSync, existsSync, readFileSync, symlinkSync, watch } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolCall, ToolOutcome, ToolRuntime } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject } from './tool-project.ts';

type CommandSpec = Extract<ToolSpec, { type: 'command.run' }>;

const node = `"${process.execPath}"`;

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

async function runtimeOf(spec: Partial<CommandSpec>, allow = [`${node} *`, '/bin/sh *']): Promise<ToolRuntime> {
  return await project.runtime({
    tools: { run: { type: 'command.run', command: node, working_dir: './work', sandbox: 'off', ...spec } },
    permissions: { filesystem: { read: ['.'] }, commands: { allow } },
  });
}

async function runCode(code: string, more: Partial<CommandSpec> = {}): Promise<ToolOutcome> {
  project.write('work/code.mjs', code);
  const runtime = await runtimeOf(more);
  return await runtime.call(toolCall('run', { args: ['code.mjs'] }));
}

it('gives back what the command printed', async () => {
  expect(await runCode(`process.stdout.write('Grüße\\n'); process.stderr.write('note');`)).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: 'Grüße\n', stderr: 'note' },
  });
});

it('hands words over as they are, without a shell', async () => {
  const runtime = await runtimeOf({ command: `${node} -p "JSON.stringify(process.argv.slice(1))" "$HOME  *"` });
  expect(await runtime.call(toolCall('run', { args: ['; echo b', '', '`id`'] }))).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: '["$HOME  *","; echo b","","`id`"]\n', stderr: '' },
  });
});

it('runs in its working directory, without input', async () => {
  const code = `import { readFileSync } from 'node:fs';
    process.stdout.write(JSON.stringify([process.cwd(), readFileSync(0, 'utf8')]));`;
  expect(await runCode(code)).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: JSON.stringify([project.path('work'), '']), stderr: '' },
  });
});

it('passes on PATH, LANG, the variables that are listed and its own mark, and no other', async () => {
  vi.stubEnv('SECRET_KEY', 'secret');
  vi.stubEnv('LISTED', 'listed');
  vi.stubEnv('LANG', 'C.UTF-8');
  vi.stubEnv('PATH', `.:${process.env['PATH'] ?? ''}::bin`);
  const runtime = await runtimeOf({ command: '/usr/bin/env', environment: ['LISTED', 'NOT_SET'] }, ['/usr/bin/env']);
  const outcome: unknown = JSON.parse(
    JSON.stringify(await runtime.call(toolCall('run', {}))).replace(/AGENT_ENGINE_MARK=[\da-f-]+\\n/u, ''),
  );
  const absolute = (process.env['PATH'] ?? '').split(':').filter((entry) => path.isAbsolute(entry));
  const stdout = `PATH=${absolute.join(':')}\nLANG=C.UTF-8\nLISTED=listed\n`;
  expect(outcome).toEqual({ ok: true, output: { exit_code: 0, stdout, stderr: '' } });
});

it('does not take a file in the working directory for a program of that name', async () => {
  chmodSync(project.write('work/planted-program', '#!/bin/sh\necho planted'), 0o755);
  vi.stubEnv('PATH', `.::${process.env['PATH'] ?? ''}`);
  const runtime = await runtimeOf({ command: 'planted-program' }, ['planted-program']);
  expect(await runtime.call(toolCall('run', {}))).toEqual({
    ok: false,
    failure: {
      code: 'tool.not_found',
      message: 'Tool "run" could not start "planted-program": no such program was found.',
      hint: 'Install it, or correct tools.run.command; it is looked for in PATH.',
    },
  });
});

it('says that a program may not be executed', async () => {
  project.write('work/plain.txt', 'plain');
  const runtime = await runtimeOf({ command: './plain.txt' }, ['./plain.txt']);
  expect(failureIn(await runtime.call(toolCall('run', {})))).toEqual({
    code: 'tool.failed',
    message: 'Tool "run" could not start "./plain.txt": the operating system does not permit it.',
    hint: 'Make sure that it is an executable file.',
  });
});

it('fails with the ends of what was printed when the exit code is not 0', async () => {
  const code = `process.stdout.write('x'.repeat(5000) + 'end'); process.stderr.write('broken'); process.exitCode = 3;`;
  expect(await runCode(code)).toEqual({
    ok: false,
    failure: {
      code: 'tool.exit_code',
      message: 'The command of tool "run" ended with exit code 3.',
      hint: 'Read stderr in the details.',
      details: { exit_code: 3, stdout: `${'x'.repeat(3_997)}end`, stderr: 'broken' },
    },
  });
});

it('says which signal ended the command', async () => {
  expect(await runCode(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`)).toEqual({
    ok: false,
    failure: {
      code: 'tool.exit_code',
      message: 'The command of tool "run" ended by the signal SIGKILL.',
      hint: 'Read stderr in the details.',
      details: { exit_code: null, signal: 'SIGKILL', stdout: '', stderr: '' },
    },
  });
});

it('ends a command that floods its output', async () => {
  const code = `const flood = () => { while (process.stdout.write('y'.repeat(4096))); process.stdout.once('drain', flood); };
    flood();`;
  expect(await runCode(code, { max_output_bytes: 5 })).toEqual({
    ok: false,
    failure: {
      code: 'tool.output_limit',
      message: 'What the command printed, as output of tool "run" is larger than 5 bytes.',
      hint: 'Ask for less, or raise tools.run.max_output_bytes.',
      details: { max_output_bytes: 5, stdout: 'yyyyy', stderr: '' },
    },
  });
});

it('counts both streams together against the limit', async () => {
  const code = `process.stdout.write('abc'); process.stderr.write('def');`;
  expect([
    verdict(await runCode(code, { max_output_bytes: 5 })),
    verdict(await runCode(code, { max_output_bytes: 6 })),
  ]).toEqual(['tool.output_limit', 'ok']);
});

it('denies a command that no pattern allows, also by words that were added', async () => {
  const runtime = await runtimeOf({ command: 'npm test' }, ['npm test']);
  expect(await runtime.call(toolCall('run', { args: ['--', 'x'] }))).toEqual({
    ok: false,
    failure: {
      code: 'permission.denied',
      message: 'Tool "run" may not run "npm test -- x": only "npm test" may be run (rule permissions.commands.allow).',
      hint: 'Add the command to engine.permissions.commands.allow; " *" at its end stands for any rest.',
      details: { level: 'engine', rule: 'permissions.commands.allow' },
    },
  });
});

it.each([
  [{ args: 'x' }, 'tool.invalid_input'],
  [{ args: ['a\0b'] }, 'tool.invalid_input'],
  [{ args: [1] }, 'tool.invalid_input'],
  [{ command: 'rm' }, 'tool.invalid_input'],
  [{ args: Array.from({ length: 1_000 }, () => 'x'.repeat(60_000)) }, 'tool.failed'],
])('refuses arguments that are no words, case %#', async (arguments_, expected) => {
  const runtime = await runtimeOf({});
  expect(verdict(await runtime.call(toolCall('run', arguments_)))).toBe(expected);
});

it.each([
  ['../outside', 'permission.denied (tools.run.working_dir)'],
  ['./work/away', 'permission.denied (tools.run.working_dir)'],
  ['./.agent-engine', 'permission.denied (tools.run.working_dir)'],
  ['./none', 'tool.not_found'],
  ['./work/a.txt', 'tool.not_found'],
])('does not run in %s', async (workingDirectory, expected) => {
  symlinkSync(project.outside, project.path('work/away'));
  project.write('work/a.txt', '');
  project.write('.agent-engine/journal.db', '');
  const runtime = await runtimeOf({ working_dir: workingDirectory });
  expect(verdict(await runtime.call(toolCall('run', {})))).toBe(expected);
});

it('runs in a directory outside of the project that may be read', async () => {
  const runtime = await project.runtime({
    tools: { run: { type: 'command.run', command: '/bin/pwd', working_dir: '../outside' } },
    permissions: { filesystem: { read: ['../outside'] }, commands: { allow: ['/bin/pwd'] } },
  });
  expect(await runtime.call(toolCall('run', {}))).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: `${project.outside}\n`, stderr: '' },
  });
});

it.each([
  ['npm test && npm run lint', 'The command of tool "run" holds "&&", but commands run without a shell.'],
  ['echo "a', 'The command of tool "run" cannot be used: a quote is not closed.'],
  [' ', 'The command of tool "run" cannot be used: it is empty.'],
])('rejects the command %s when the tools are loaded', async (command, message) => {
  await expect(runtimeOf({ command })).rejects.toMatchObject({ code: 'MANIFEST_VALUE_INVALID', message });
});

it('says in a dry run what it would run, and starts nothing', async () => {
  const runtime = await runtimeOf({ command: `/bin/sh -c "touch started"` });
  expect(await runtime.call(toolCall('run', { args: ['x'] }, { mode: 'dry_run' }))).toEqual({
    ok: true,
    notRun: 'dry_run',
    output: { not_run: 'dry_run', would_run: ['/bin/sh', '-c', 'touch started', 'x'], working_dir: './work' },
  });
  expect(existsSync(project.path('work/started'))).toBe(false);
});

it('denies in a dry run what it would deny otherwise', async () => {
  const runtime = await runtimeOf({ command: 'rm' });
  expect(verdict(await runtime.call(toolCall('run', {}, { mode: 'dry_run' })))).toBe(
    'permission.denied (permissions.commands.allow)',
  );
});

// A shell that ignores SIGTERM starts one that does so too; both would live for minutes.
const stubborn = `trap '' TERM
sh -c "trap '' TERM; echo \\$\\$ > child.tmp; mv child.tmp child.pid; while :; do sleep 300; done" &
echo $$ > parent.tmp; mv parent.tmp parent.pid
wait`;

async function fileAppears(name: string): Promise<void> {
  const isThere = (): boolean => existsSync(project.path(`work/${name}`));
  await new Promise<void>((resolve) => {
    const watcher = watch(project.path('work'), () => {
      if (!isThere()) return;
      watcher.close();
      resolve();
    });
    if (isThere()) {
      watcher.close();
      resolve();
    }
  });
}

/** The kernel takes a moment to bury what was killed, so this looks until all are gone. */
async function allGone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter((pid) => !isGone(pid))).toEqual([]), { timeout: 5_000, interval: 5 });
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

async function startStubborn(
  more: Partial<CommandSpec>,
  call: Partial<ToolCall>,
): Promise<{
  runtime: ToolRuntime;
  outcome: Promise<ToolOutcome>;
  pids: number[];
}> {
  project.write('work/stubborn.sh', stubborn);
  const runtime = await runtimeOf({ command: '/bin/sh stubborn.sh', ...more });
  const outcome = runtime.call(toolCall('run', {}, call));
  for (const file of ['parent.pid', 'child.pid']) await fileAppears(file);
  const pids = ['parent.pid', 'child.pid'].map((file) => Number(readFileSync(project.path(`work/${file}`), 'utf8')));
  return { runtime, outcome, pids };
}

// Whether a process is gone is read from /proc, which Linux alone has.
it.runIf(process.platform === 'linux')('ends the whole process tree when the task is cancelled', async () => {
  const cancel = new AbortController();
  const { outcome, pids } = await startStubborn({}, { signal: cancel.signal });
  expect(pids.map(isGone)).toEqual([false, false]);
  cancel.abort();
  expect(await outcome).toEqual({
    ok: false,
    failure: { code: 'cancelled.task', message: 'Tool "run" was stopped because the task was cancelled.' },
  });
  await allGone(pids);
});

it.runIf(process.platform === 'linux')('ends the whole process tree when time runs out', async () => {
  const { outcome, pids } = await startStubborn({ timeout: '2s' }, {});
  expect(await outcome).toEqual({
    ok: false,
    failure: {
      code: 'timeout.attempt',
      message: 'Tool "run" was stopped after 2000 ms.',
      hint: 'Raise tools.run.timeout, or give the tool less to do.',
      details: { timeout_ms: 2_000 },
    },
  });
  await allGone(pids);
});

it.runIf(process.platform === 'linux')('ends the whole process tree when the runtime closes', async () => {
  const { runtime, outcome, pids } = await startStubborn({}, {});
  await runtime.close();
  await allGone(pids);
  expect(await outcome).toEqual({
    ok: false,
    failure: { code: 'cancelled.task', message: 'Tool "run" was stopped because the engine is closed.' },
  });
});

it.runIf(process.platform === 'linux')('ends what a finished command left running', async () => {
  project.write('work/leave.sh', 'sleep 300 &\necho $! > child.pid\necho done');
  const runtime = await runtimeOf({ command: '/bin/sh leave.sh' });
  expect(await runtime.call(toolCall('run', {}))).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: 'done\n', stderr: '' },
  });
  await allGone([Number(readFileSync(project.path('work/child.pid'), 'utf8'))]);
});

it.runIf(process.platform === 'linux')(
  'does not wait for a process that cannot be found any more and keeps the output open',
  async () => {
    project.write(
      'work/escape.sh',
      'env -i setsid sleep 300 &\necho $! > child.pid\nwhile ! grep -q sleep /proc/$!/cmdline; do :; done',
    );
    const runtime = await runtimeOf({ command: '/bin/sh escape.sh' });
    const outcome = await runtime.call(toolCall('run', {}));
    process.kill(Number(readFileSync(project.path('work/child.pid'), 'utf8')), 'SIGKILL');
    expect(outcome).toEqual({ ok: true, output: { exit_code: 0, stdout: '', stderr: '' } });
  },
);
