import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PermissionsSpec, ToolSpec } from '../../../../src/manifest/index.ts';
import { findBubblewrap } from '../../../../src/services/tools/command/find-bubblewrap.ts';
import type { ToolOutcome, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, type ToolProject } from './tool-project.ts';

type CommandSpec = Extract<ToolSpec, { type: 'command.run' }>;

const hasSandbox = (await findBubblewrap()) !== undefined;
const filesystem = { read: ['.'], write: ['./work'] };

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => {
  await project.remove();
});

interface Given {
  readonly spec?: Partial<CommandSpec>;
  readonly permissions?: PermissionsSpec;
  readonly options?: Partial<ToolRuntimeOptions>;
}

/** What a shell script does in a sandbox. */
async function runScript(
  script: string,
  { spec = {}, permissions = {}, options = {} }: Given = {},
): Promise<ToolOutcome> {
  project.write('script.sh', script);
  const runtime = await project.runtime({
    tools: { run: { type: 'command.run', command: '/bin/sh script.sh', sandbox: 'required', ...spec } },
    permissions: { filesystem, commands: { allow: ['/bin/sh *'] }, ...permissions },
    ...options,
  });
  return await runtime.call(toolCall('run', {}));
}

const printed = (outcome: ToolOutcome): unknown =>
  outcome.ok ? outcome.output : [outcome.failure.code, outcome.failure.details];
const said = (stdout: string): object => ({ exit_code: 0, stdout, stderr: '' });

// Where bubblewrap is missing, or user namespaces are forbidden, there is nothing to be tested; .ci/run installs it.
describe.runIf(hasSandbox)('a command in a sandbox', () => {
  it('sees the project, writes where it may, and nothing else', async () => {
    project.write('work/old.txt', 'old');
    const outcome = await runScript(
      `cat work/old.txt; echo new > work/new.txt; { echo x > top.txt; } 2>/dev/null || echo ' refused'; ls ${project.outside} 2>/dev/null || echo unseen`,
    );
    expect(printed(outcome)).toEqual(said('old refused\nunseen\n'));
    expect(readFileSync(project.path('work/new.txt'), 'utf8')).toBe('new\n');
    expect(existsSync(project.path('top.txt'))).toBe(false);
  });

  it('sees the directory that it works in, and changes nothing there, where no directory is permitted', async () => {
    const outcome = await runScript('cat script.sh | wc -l; { echo x > y; } 2>/dev/null || echo refused', {
      permissions: { filesystem: {}, commands: { allow: ['/bin/sh *'] } },
    });
    expect(printed(outcome)).toEqual(said('0\nrefused\n'));
  });

  it('cannot get out through a link', async () => {
    const outcome = await runScript(
      `ln -s ${project.outside}/secret.txt work/link; cat work/link 2>/dev/null || echo unseen`,
    );
    expect(printed(outcome)).toEqual(said('unseen\n'));
  });

  it('cannot give a second name to what it may only read, to the state of the engine, or to a git hook', async () => {
    project.write('top.txt', 'top');
    project.write('work/state/state.db', 'journal');
    project.write('work/.git/hooks/pre-commit', 'hook');
    const outcome = await runScript(
      'for file in top.txt work/state/state.db work/.git/hooks/pre-commit; do ln $file work/name 2>/dev/null || echo refused; done',
      { options: { stateDirectory: './work/state' } },
    );
    expect(printed(outcome)).toEqual(said('refused\nrefused\nrefused\n'));
  });

  it('sees nothing of the state of the engine, and changes no git hook', async () => {
    mkdirSync(project.path('work/state'));
    writeFileSync(project.path('work/state/state.db'), 'journal');
    mkdirSync(project.path('work/.git/hooks'), { recursive: true });
    const outcome = await runScript(
      'ls work/state | wc -l; { echo x > work/state/a; } 2>/dev/null || echo refused; { echo x > work/.git/hooks/pre-commit; } 2>/dev/null || echo refused',
      { options: { stateDirectory: './work/state' } },
    );
    expect(printed(outcome)).toEqual(said('0\nrefused\nrefused\n'));
    expect(readFileSync(project.path('work/state/state.db'), 'utf8')).toBe('journal');
  });

  it.each([
    ['has no network', {}, 'refused'],
    ['has the network where every host is permitted', { network: { allow: ['*'] } }, 'answered'],
    [
      'has no network where a host is denied, since it cannot tell hosts apart',
      { network: { allow: ['*'], deny: ['a.example'] } },
      'refused',
    ],
  ])('%s', async (_, permissions, expected) => {
    const port = await listen();
    const code = `fetch('http://127.0.0.1:${port}').then(() => console.log('answered'), () => console.log('refused'))`;
    project.write('code.mjs', code);
    const outcome = await runScript(`"${process.execPath}" code.mjs`, {
      spec: { command: `"${process.execPath}" code.mjs` },
      permissions: { filesystem, commands: { allow: [`"${process.execPath}" *`] }, ...permissions },
    });
    expect(printed(outcome)).toEqual(said(`${expected}\n`));
  });

  it('sees no process but its own, and has no rights', async () => {
    const outcome = await runScript('ls /proc | grep -c "^[0-9]"; grep CapEff /proc/self/status');
    expect(outcome.ok).toBe(true);
    expect(JSON.stringify(printed(outcome))).toMatch(/"stdout":"[1-7]\\nCapEff:\\t0+\\n"/u);
  });

  it('is gone with all that it started, also what left its group', async () => {
    project.write('work/beat.sh', 'while :; do date +%s%N > work/beat.txt; sleep 0.02; done');
    await runScript('setsid sh work/beat.sh & until [ -s work/beat.txt ]; do sleep 0.01; done');
    const last = readFileSync(project.path('work/beat.txt'), 'utf8');
    const next = await new Promise((resolve) => {
      setTimeout(() => resolve(readFileSync(project.path('work/beat.txt'), 'utf8')), 100);
    });
    expect(next).toBe(last);
  });

  it('fills its own /tmp and no more than that', async () => {
    const outcome = await runScript('head -c 300000000 /dev/zero > /tmp/big 2>/dev/null || echo full');
    expect(printed(outcome)).toEqual(said('full\n'));
  });

  it('says of a program that is not there that it is not', async () => {
    const outcome = await runScript('', {
      spec: { command: 'no-such-program' },
      permissions: { filesystem, commands: { allow: ['no-such-program'] } },
    });
    expect(failureIn(outcome).code).toBe('tool.not_found');
  });
});

describe('a command with limits', () => {
  it.each(['off', 'auto'] as const)(
    'ends when it takes more memory than it may, with the sandbox %s',
    async (sandbox) => {
      project.write('code.mjs', 'const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1));');
      const command = `"${process.execPath}" code.mjs`;
      const outcome = await runScript('', {
        spec: { command, sandbox, max_memory_bytes: 300_000_000 },
        permissions: { filesystem, commands: { allow: [command] } },
      });
      expect(failureIn(outcome).code).toBe('tool.exit_code');
    },
  );

  it('gives the words of a command on as they are', async () => {
    const command = `/bin/echo "$HOME; \`id\`" -d`;
    const outcome = await runScript('', {
      spec: { command, sandbox: 'off', max_processes: 10_000 },
      permissions: { filesystem, commands: { allow: [command] } },
    });
    expect(printed(outcome)).toEqual(said('$HOME; `id` -d\n'));
  });
});

describe('a command with a shell', () => {
  const spec = { command: 'echo one && echo "$1"', shell: true };

  it('is read by a shell, to which further words are no text', async () => {
    const runtime = await project.runtime({
      tools: { run: { type: 'command.run', ...spec } },
      permissions: { filesystem, commands: { allow: ['echo one && echo "$1" *'] } },
    });
    const outcome = await runtime.call(toolCall('run', { args: ['; touch work/x'] }));
    expect(printed(outcome)).toEqual(said('one\n; touch work/x\n'));
  });

  it('is not permitted by a pattern that names its beginning alone', async () => {
    const runtime = await project.runtime({
      tools: { run: { type: 'command.run', ...spec } },
      permissions: { filesystem, commands: { allow: ['echo one *'] } },
    });
    expect(failureIn(await runtime.call(toolCall('run', {}))).code).toBe('permission.denied');
  });
});

async function listen(): Promise<number> {
  const server = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

it('looks for programs in absolute places of PATH alone', async () => {
  const { findProgram } = await import('../../../../src/services/tools/command/find-bubblewrap.ts');
  expect(await findProgram('sh', `.${path.delimiter}/bin`)).toBe('/bin/sh');
  expect(await findProgram('script.sh', '.')).toBeUndefined();
});
