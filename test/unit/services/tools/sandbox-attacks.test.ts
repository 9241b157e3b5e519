import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PermissionsSpec, ToolSpec } from '../../../../src/manifest/index.ts';
import { resolvePolicy } from '../../../../src/services/security/index.ts';
import { findBubblewrap } from '../../../../src/services/tools/command/find-bubblewrap.ts';
import { lockUp } from '../../../../src/services/tools/command/locked-command.ts';
import { programPlaces } from '../../../../src/services/tools/command/program-places.ts';
import { viewOf } from '../../../../src/services/tools/command/sandbox-view.ts';
import { sandboxWords, type SandboxView } from '../../../../src/services/tools/command/sandbox.ts';
import type { ToolOutcome, ToolRuntime, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

const hasSandbox = (await findBubblewrap()) !== undefined;

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

type Attack = Partial<Extract<ToolSpec, { type: 'command.run' }>> & {
  readonly filesystem?: PermissionsSpec['filesystem'];
};

async function runtimeOf(
  { filesystem = { read: ['.'], write: ['.'] }, ...spec }: Attack,
  options: Partial<ToolRuntimeOptions> = {},
): Promise<ToolRuntime> {
  const run = { type: 'command.run', command: '/bin/sh script.sh', sandbox: 'required', ...spec } as const;
  const permissions = { filesystem, commands: { allow: [run.command] } };
  return await project.runtime({ tools: { run }, permissions, ...options });
}

/** What a script prints that tries one thing after the other, each of which is to fail. */
async function attack(
  lines: readonly string[],
  { options = {}, ...spec }: Attack & { readonly options?: Partial<ToolRuntimeOptions> } = {},
): Promise<unknown> {
  const tries = lines.map((line) => `{ ${line} && echo ${JSON.stringify(line)}; } 2>/dev/null`);
  project.write('script.sh', [...tries, 'echo tried'].join('\n'));
  return printed(await (await runtimeOf(spec, options)).call(toolCall('run', {})));
}

const printed = (outcome: ToolOutcome): unknown =>
  outcome.ok ? outcome.output : [outcome.failure.code, outcome.failure.details];
const said = (stdout: string): object => ({ exit_code: 0, stdout, stderr: '' });
const nothing = said('tried\n');

const secretTool: ToolSpec = {
  type: 'http.request',
  url: 'https://api.example.org/',
  headers: { authorization: 'Bearer ${file:keys/token}' },
};

// Where bubblewrap is missing, or user namespaces are forbidden, there is nothing to be tested; .ci/run installs it.
describe.runIf(hasSandbox)('a command in a sandbox that may write the whole project', () => {
  it('neither reads nor replaces files of secrets, nor the directory that they are in', async () => {
    project.write('keys/token', 'k3y-of-the-api');
    const outcome = await attack(
      [
        'cat keys/token',
        'cat keys/../keys/token',
        'ln keys/token copy',
        'ln -s keys/token link; cat link',
        'echo x > keys/token',
        'rm keys/token',
        'mv keys/token other',
        'mv keys other',
      ],
      {
        options: {
          tools: {
            run: { type: 'command.run', command: '/bin/sh script.sh', sandbox: 'required' },
            api: secretTool,
          },
          environment: { 'file:keys/token': 'k3y-of-the-api' },
        },
      },
    );
    expect(outcome).toEqual(nothing);
    expect(readFileSync(project.path('keys/token'), 'utf8')).toBe('k3y-of-the-api');
  });

  it('neither reads nor changes files of memory, with what databases keep beside them', async () => {
    for (const file of ['memory.json', '.memory.json.lock', 'notes.sqlite-wal', 'memory.t1.json'])
      project.write(`kept/${file}`, 'secret');
    const outcome = await attack(
      [
        'cat kept/memory.json',
        'cat kept/.memory.json.lock',
        'cat kept/notes.sqlite-wal',
        'echo x > kept/memory.t1.json',
      ],
      {
        options: {
          storeFiles: [
            { file: project.path('kept/memory.json'), isPerTask: true },
            { file: project.path('kept/memory.json'), isPerTask: false },
            { file: project.path('kept/notes.sqlite'), isPerTask: false },
          ],
        },
      },
    );
    expect(outcome).toEqual(nothing);
  });

  it('sees a directory of memory with many files as empty', async () => {
    for (let task = 0; task <= 100; task += 1) project.write(`kept/memory.t${task}.json`, 'secret');
    const options = { storeFiles: [{ file: project.path('kept/memory.json'), isPerTask: true }] };
    expect(await attack(['cat kept/*', 'echo x > kept/memory.t0.json', 'mv kept other'], { options })).toEqual(nothing);
  });

  it('changes nothing of what the engine reads of the project', async () => {
    project.write('tools.yaml', 'tools:');
    project.write('prompts/writer.md', 'Write.');
    const outcome = await attack(
      ['echo x > tools.yaml', 'rm tools.yaml', 'echo x > prompts/writer.md', 'mv prompts other'],
      { options: { ownFiles: ['tools.yaml', 'plugins.yaml', 'prompts/writer.md'] } },
    );
    expect(outcome).toEqual(nothing);
    expect(existsSync(project.path('plugins.yaml'))).toBe(false);
  });

  it('puts no other directory in the place of the state of the engine by moving one above it', async () => {
    project.write('var/engine/state/consents.jsonl', 'granted by a person');
    const outcome = await attack(
      [
        'mv var other; mkdir -p var/engine/state; echo forged > var/engine/state/consents.jsonl',
        'mv var/engine var/other',
        'rm -r var/engine/state',
        'cat var/engine/state/consents.jsonl',
      ],
      { options: { stateDirectory: './var/engine/state' } },
    );
    expect(outcome).toEqual(nothing);
    expect(readFileSync(project.path('var/engine/state/consents.jsonl'), 'utf8')).toBe('granted by a person');
  });

  it('does not make the state directory before the engine does', async () => {
    await attack(['mkdir -p .agent-engine; echo forged > .agent-engine/consents.jsonl']);
    expect(existsSync(project.path('.agent-engine/consents.jsonl'))).toBe(false);
  });

  it('changes nothing of git where a link stands in the place of .git', async () => {
    project.write('store/hooks/pre-commit', 'hook');
    symlinkSync(project.path('store'), project.path('.git'));
    expect(await attack(['echo x > .git/hooks/pre-commit', 'mv store other'])).toEqual(nothing);
  });

  it('fills no place in memory beyond what it has to itself', async () => {
    const places = ['/x', '/dev/x', '/dev/shm/x'];
    expect(await attack(places.map((place) => `head -c 300000000 /dev/zero > ${place}`))).toEqual(nothing);
  });
});

describe.runIf(hasSandbox)('a command in a sandbox', () => {
  it('does not see where a link leads that has taken the place of what it may read and write', async () => {
    project.write('source/a.txt', 'a');
    project.write('made/a.txt', 'a');
    project.write('source/script.sh', 'ls ../made ../tests; echo planted > ../made/x');
    const filesystem = { read: ['./source', './tests'], write: ['./made'] };
    const runtime = await runtimeOf({ filesystem, working_dir: './source' });
    rmSync(project.path('made'), { recursive: true });
    for (const place of ['made', 'tests']) symlinkSync(project.outside, project.path(place));
    expect(JSON.stringify(printed(await runtime.call(toolCall('run', {}))))).not.toContain('secret.txt');
    expect(existsSync(path.join(project.outside, 'x'))).toBe(false);
  });

  it('sees nothing of the kernel where all of the machine may be read and written', async () => {
    project.write('.agent-engine/state.sqlite', 'journal');
    vi.stubEnv('OF_THE_ENGINE', 'yes');
    const outcome = await attack(
      ['cat .agent-engine/state.sqlite', 'cat /proc/*/environ | grep -c OF_THE_ENGINE', 'ls /sys/*', 'true > work/new'],
      { filesystem: { read: ['/'], write: ['/'] } },
    );
    // What grep counts is none, and what is permitted is done.
    expect(outcome).toEqual(said('0\ntrue > work/new\ntried\n'));
  });

  it('sees its program, and not the directory of the project that it lies in', async () => {
    project.write('.agent-engine/state.sqlite', 'journal');
    project.write('source/a.txt', 'a');
    chmodSync(project.write('list.sh', '#!/bin/sh\nls -A ..'), 0o755);
    const runtime = await runtimeOf({
      command: '../list.sh',
      working_dir: './source',
      filesystem: { read: ['./source'] },
    });
    expect(printed(await runtime.call(toolCall('run', {})))).toEqual(said('list.sh\nsource\n'));
  });

  it.each([
    ['a loop of links', 'loop'],
    ['a file', 'file'],
    ['a name below a file', 'file/below'],
    ['what is not there', 'missing'],
    ['the directory of the project', '.'],
    ['devices', '/dev'],
    ['what a process sees', '/proc/self/root'],
    ['everything', '/'],
    ['a name that is too long', 'x'.repeat(5_000)],
  ])('starts where PATH has %s, which is no directory of programs', async (_, entry) => {
    symlinkSync('other', project.path('loop'));
    symlinkSync('loop', project.path('other'));
    project.write('file', '');
    const odd = entry.startsWith('/') ? entry : project.path(entry);
    vi.stubEnv('PATH', `${odd}:${process.env['PATH']}`);
    expect(await attack(['true'])).toEqual(said('true\ntried\n'));
  });
});

describe.runIf(hasSandbox)('what locks a command up', () => {
  it('loads nothing of the place where the command runs, nor what its variables say', async () => {
    const runtime = { projectDirectory: project.directory, hasOpenNetwork: false };
    const environment = { LD_LIBRARY_PATH: ':', LD_PRELOAD: './planted.so', TOKEN: 'x' };
    const order = { program: '/bin/true', words: [], workingDirectory: project.directory, environment };
    const locked = await lockUp(order, { spec: {}, environment: runtime, policy: await policyOf({}) });
    expect([locked.workingDirectory, locked.environment]).toEqual(['/', { TOKEN: 'x' }]);
    expect(locked.words.join(' ')).toContain('--setenv LD_LIBRARY_PATH : --setenv LD_PRELOAD ./planted.so');
  });
});

async function policyOf(filesystem: PermissionsSpec['filesystem']): Promise<Awaited<ReturnType<typeof resolvePolicy>>> {
  return await resolvePolicy(
    { filesystem },
    { projectDirectory: project.directory, stateDirectory: './.agent-engine', resolve: (text) => text },
  );
}

describe('what a command is shown', () => {
  it('is, of a project in a place of the system, what is permitted of it', async () => {
    const policy = await resolvePolicy(
      { filesystem: { read: ['/usr/src/app/source'] } },
      { projectDirectory: '/usr/src/app', stateDirectory: '.agent-engine', resolve: (text) => text },
    );
    const order = { program: '/bin/true', words: [], workingDirectory: '/usr/src/app/source', environment: {} };
    const view = await viewOf(order, {
      environment: { projectDirectory: '/usr/src/app', hasOpenNetwork: false },
      policy,
    });
    expect(view.cleared).toEqual(['/usr/src/app']);
    const words = sandboxWords({ ...view, program: '/bin/true', words: [] }).join(' ');
    expect(words).toMatch(/--ro-bind-try \/usr \/usr .*--tmpfs \/usr\/src\/app .*--remount-ro \/usr\/src\/app /u);
  });

  it('is no directory of programs that holds what is out of reach', async () => {
    mkdirSync(project.path('bin'));
    mkdirSync(project.path('lib'));
    project.write('keys/token', 'x');
    const searchPath = [project.path('bin'), project.directory, project.path('keys'), '/bin', 'relative', ''];
    const kept = [project.directory, project.path('keys/token')];
    const program = project.write('run.sh', '');
    expect(await programPlaces({ program, searchPath, kept })).toEqual([
      project.path('bin'),
      project.path('lib'),
      program,
    ] satisfies SandboxView['programs']);
  });
});
