import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolMode, ToolOutcome, ToolRuntime } from '../../../../src/services/tools/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

const secret = `p4ss "word" $HOME; rm`;
const node = `"${process.execPath}"`;

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

interface Case {
  readonly code: string;
  readonly allow?: readonly string[];
  readonly more?: Partial<Extract<ToolSpec, { type: 'command.run' }>>;
  readonly value?: string;
}

async function runtimeOf({ code, allow = ['*'], more = {}, value = secret }: Case): Promise<ToolRuntime> {
  project.write('code.mjs', code);
  return await project.runtime({
    tools: { run: { type: 'command.run', command: `${node} code.mjs \${env:TOKEN}`, ...more } },
    permissions: { filesystem: { read: ['${env:FOLDER}'] }, commands: { allow: [...allow] } },
    environment: { TOKEN: value, FOLDER: './work' },
  });
}

async function outcomeOf(subject: Case, mode: ToolMode = 'normal'): Promise<ToolOutcome> {
  const runtime = await runtimeOf(subject);
  return await runtime.call(toolCall('run', { args: ['${env:TOKEN}'] }, { mode }));
}

it('hands a value over as one word, and takes it out of what the command prints', async () => {
  const code = `const [word, further] = process.argv.slice(2);
    console.log(word === ${JSON.stringify(secret)}, further);
    console.error('used ' + word);`;
  expect(await outcomeOf({ code })).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: 'true ${env:TOKEN}\n', stderr: 'used ▇ redacted (TOKEN)\n' },
  });
});

it('says in a dry run what is declared', async () => {
  expect(await outcomeOf({ code: '', more: { working_dir: '${env:FOLDER}' } }, 'dry_run')).toEqual({
    ok: true,
    notRun: 'dry_run',
    output: {
      not_run: 'dry_run',
      would_run: [process.execPath, 'code.mjs', '${env:TOKEN}', '${env:TOKEN}'],
      working_dir: '${env:FOLDER}',
    },
  });
});

it('denies a command by what is declared', async () => {
  expect(await outcomeOf({ code: '', allow: ['deploy ${env:TOKEN}'] })).toEqual({
    ok: false,
    failure: {
      code: 'permission.denied',
      message: `Tool "run" may not run "${process.execPath} code.mjs \${env:TOKEN} \${env:TOKEN}": only "deploy \${env:TOKEN}" may be run (rule permissions.commands.allow).`,
      hint: 'Add the command to engine.permissions.commands.allow; " *" at its end stands for any rest.',
      details: { level: 'engine', rule: 'permissions.commands.allow' },
    },
  });
});

it('permits a command whose value is that of the permission', async () => {
  const runtime = await runtimeOf({ code: '', allow: [`${node} code.mjs \${env:TOKEN}`] });
  expect(await runtime.call(toolCall('run', {}))).toEqual({
    ok: true,
    output: { exit_code: 0, stdout: '', stderr: '' },
  });
});

it.each([
  ['a failure', { code: `console.error(process.argv[2]); process.exitCode = 2;` }, 'tool.exit_code'],
  [
    'a value at the edge of what is kept of a failure',
    { code: `console.error(process.argv[2] + 'x'.repeat(3_990)); process.exitCode = 2;` },
    'tool.exit_code',
  ],
  [
    'output that is cut within the value',
    { code: `process.stdout.write('x'.repeat(90) + process.argv[2]);`, more: { max_output_bytes: 100 } },
    'tool.output_limit',
  ],
  ['a program that is not there', { code: '', more: { command: '${env:TOKEN}' } }, 'tool.not_found'],
  ['a directory that is not there', { code: '', more: { working_dir: 'work/${env:TOKEN}' } }, 'tool.not_found'],
  ['a directory that is not permitted', { code: '', more: { working_dir: '../${env:TOKEN}' } }, 'permission.denied'],
])('shows no value in %s', async (_case, subject, code) => {
  const outcome = await outcomeOf({ value: 's3cr3t-value', ...subject });
  expect([outcome.ok, JSON.stringify(outcome).match(/s3cr|value"|lue"/u)]).toEqual([false, null]);
  expect(outcome).toMatchObject({ failure: { code } });
});

it('finds files and modules by a value, and shows what is declared', async () => {
  project.write('work/a.txt', 'a');
  project.write('work/echo.mjs', 'export default () => { throw new Error("no work here"); };');
  const runtime = await project.runtime({
    tools: {
      list: { type: 'filesystem.list', root: '${env:FOLDER}', ignore: ['${env:IGNORED}'] },
      echo: { type: 'module', module: '${env:FOLDER}/echo.mjs' },
    },
    environment: { FOLDER: 'work', IGNORED: '*.mjs' },
  });
  expect(await runtime.call(toolCall('list', {}))).toMatchObject({
    ok: true,
    output: { root: '${env:FOLDER}', entries: [{ path: 'a.txt' }] },
  });
  expect(await runtime.call(toolCall('echo', {}))).toMatchObject({
    failure: { message: 'Tool "echo" failed: no ▇ redacted (FOLDER) here.' },
  });
  expect(runtime.describe().map(({ description }) => description)).toEqual([
    'Lists files and directories below ${env:FOLDER}.',
    'Calls ${env:FOLDER}/echo.mjs.',
  ]);
});

it('rejects tools whose value is not set', async () => {
  const runtime = project.runtime({ tools: { run: { type: 'command.run', command: 'deploy ${env:TOKEN}' } } });
  await expect(runtime).rejects.toMatchObject({
    code: 'MANIFEST_ENVIRONMENT_MISSING',
    message: 'The environment variable "TOKEN" is not set.',
  });
});

describe('what is surely secret', () => {
  const token = 'tok-live-0123456789abcdef';
  const api = {
    type: 'http.request',
    url: 'https://a.example/${env:FOLDER}',
    headers: { authorization: '${env:CI_LOGIN}' },
  } as const;
  const environment = { CI_LOGIN: token, FOLDER: 'work' };

  async function outcomeWith(tool: ToolSpec, arguments_: unknown): Promise<ToolOutcome> {
    const runtime = await project.runtime({ tools: { api, tool }, environment });
    return await runtime.call(toolCall('tool', arguments_));
  }

  it('stays out of what code gives back, and out of its keys', async () => {
    project.write('work/echo.mjs', `export default () => ({ "${token}": ["${token}", "work"] });`);
    expect(await outcomeWith({ type: 'module', module: './work/echo.mjs' }, {})).toEqual({
      ok: true,
      output: { '▇ redacted (CI_LOGIN)': ['▇ redacted (CI_LOGIN)', '▇ redacted (FOLDER)'] },
    });
  });

  it('is taken out of an error of code before that is cut', async () => {
    project.write('work/echo.mjs', `export default () => { throw new Error('x'.repeat(480) + '${token}'); };`);
    const outcome = await outcomeWith({ type: 'module', module: './work/echo.mjs' }, {});
    expect(JSON.stringify(outcome)).not.toContain('tok-');
  });

  it('is taken out of files that are read and searched, where other values stay', async () => {
    project.write('work/.env', `LOGIN=${token}\nFOLDER=work\n`);
    const tools = {
      api,
      read: { type: 'filesystem.read_file', root: '${env:FOLDER}' },
      search: { type: 'filesystem.search', root: './work' },
    } as const satisfies Record<string, ToolSpec>;
    const runtime = await project.runtime({ tools, environment });
    expect(await runtime.call(toolCall('read', { path: '.env' }))).toMatchObject({
      output: { text: 'LOGIN=▇ redacted (CI_LOGIN)\nFOLDER=work\n' },
    });
    expect(await runtime.call(toolCall('search', { pattern: 'LOGIN' }))).toMatchObject({
      output: { matches: [{ text: 'LOGIN=▇ redacted (CI_LOGIN)' }] },
    });
  });

  it.each<[ToolSpec, object]>([
    [
      { type: 'filesystem.write_file', root: './work' },
      { path: '.env', text: 'LOGIN=▇ redacted (CI_LOGIN)' },
    ],
    [
      { type: 'filesystem.patch', root: './work' },
      { path: '.env', edits: [{ search: 'LOGIN=', replace: 'A=▇ redacted (CI_LOGIN)' }] },
    ],
  ])('is not lost to what stood in its place: %j', async (tool, arguments_) => {
    project.write('work/.env', `LOGIN=${token}\n`);
    expect(await outcomeWith(tool, arguments_)).toMatchObject({ failure: { code: 'tool.invalid_input' } });
  });

  it('is what variables hold that a command lists, if their names say so', async () => {
    vi.stubEnv('DEPLOY_TOKEN', token);
    vi.stubEnv('STAGE_NAME', 'production');
    project.write('code.mjs', 'console.log(process.env.DEPLOY_TOKEN, process.env.STAGE_NAME); process.exitCode = 1;');
    const runtime = await project.runtime({
      tools: {
        run: { type: 'command.run', command: `${node} code.mjs`, environment: ['DEPLOY_TOKEN', 'STAGE_NAME'] },
      },
      permissions: { filesystem: { read: ['.'] }, commands: { allow: [`${node} *`] } },
      environment: process.env,
    });
    expect(await runtime.call(toolCall('run', {}))).toMatchObject({
      failure: { details: { stdout: '▇ redacted (DEPLOY_TOKEN) production\n' } },
    });
  });
});
