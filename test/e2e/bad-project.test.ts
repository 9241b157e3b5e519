import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { stackPattern } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

const broken: readonly (readonly [name: string, files: Files, expected: RegExp])[] = [
  [
    'broken YAML',
    { ...echoProject, 'workflow.yaml': 'workflow: [\n' },
    /^error MANIFEST_SYNTAX workflow\.yaml:\d+:\d+\n/mu,
  ],
  [
    'a wrong schema',
    { ...echoProject, 'agents.yaml': 'agents:\n  one: { promt: "Say it." }\n' },
    /^error MANIFEST_FIELD_UNKNOWN agents\.yaml:2:10\n[^]+Did you mean "prompt"/mu,
  ],
  [
    'a cycle',
    {
      ...echoProject,
      'workflow.yaml': `workflow:
  id: cycle
  nodes:
    - { id: start, type: transform, output: 1, entry: true }
    - { id: one, type: transform, output: 1 }
    - { id: two, type: transform, output: 1 }
    - { id: finished, type: end }
  edges:
    - { from: start, to: one }
    - { from: one, to: two }
    - { from: two, to: one }
    - { from: two, to: finished }
`,
    },
    /^error MANIFEST_CYCLE workflow\.yaml:11:7\n {2}The edges form a loop: one → two → one\./mu,
  ],
  [
    'a missing file',
    {
      ...echoProject,
      'agents.yaml': 'agents:\n  one: { prompt: prompts/one.md }\n',
      'workflow.yaml': `workflow:
  id: missing
  nodes:
    - { id: ask, type: agent, agent: one }
    - { id: finished, type: end }
  edges:
    - { from: ask, to: finished }
`,
    },
    /^error MANIFEST_FILE_MISSING agents\.yaml:2:18\n/mu,
  ],
];

it.each(broken)('reports %s with its place, and runs nothing', async (name, files, expected) => {
  const project = writeFiles(path.join(directory, name.replaceAll(' ', '-')), files);
  const [validated, run] = await Promise.all([cli(['validate', project]), cli(['run', project, 'go'])]);
  expect([validated.code, run.code]).toEqual([1, 1]);
  expect(validated.stdout).toMatch(expected);
  expect(validated.stdout).toMatch(/^[1-9]\d* errors?, \d+ warnings?\n$/mu);
  expect(validated.stderr).toBe('');
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(expected);
  expect(run.stderr).toMatch(
    /^error MANIFEST_INVALID The manifests in ".+" have \d+ errors?, so nothing was run\.\n/mu,
  );
  expect(`${validated.stdout}${run.stderr}`).not.toMatch(stackPattern);
});

it.each([
  ['an empty directory', 'empty', 'MANIFEST_FILE_MISSING'],
  ['a directory that is not there', 'nowhere', 'MANIFEST_DIRECTORY_MISSING'],
  ['a file in place of a directory', 'empty/../a-file', 'MANIFEST_DIRECTORY_MISSING'],
])('says what is wrong with %s', async (_, name, expectedCode) => {
  writeFiles(directory, { 'empty/.keep': '', 'a-file': '' });
  for (const words of [['validate'], ['run', '--quiet'], ['diagram']]) {
    const { code, stdout, stderr } = await cli([...words, path.join(directory, name)]);
    expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^error ${expectedCode} .+\\n {2}help: .+\\n {2}See docs/errors\\.md#`, 'u'));
    expect(stderr).not.toMatch(stackPattern);
  }
});

it('reports as JSON to programs', async () => {
  const project = writeFiles(path.join(directory, 'json'), { ...echoProject, 'agents.yaml': 'agents: []\n' });
  const { code, stdout, stderr } = await cli(['validate', project, '--json']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    directory: project,
    valid: false,
    errors: 1,
    warnings: 0,
    problems: [{ code: 'MANIFEST_TYPE_WRONG', severity: 'error', file: 'agents.yaml', line: 1, column: 9 }],
  });
});

it('finds nothing wrong with a project that is in order', async () => {
  const project = writeFiles(path.join(directory, 'fine'), echoProject);
  expect(await cli(['validate', project])).toEqual({
    code: 0,
    signal: null,
    stdout: '0 errors, 0 warnings\n',
    stderr: '',
  });
});

it('takes manifests with the line ends of Windows', async () => {
  const files = Object.entries(echoProject).map(([file, text]) => [file, text.replaceAll('\n', '\r\n')] as const);
  const project = writeFiles(path.join(directory, 'windows'), Object.fromEntries(files));
  const { code, stdout, stderr } = await cli(['run', project, 'hello', '--quiet']);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'kind: text\nrequest: hello\n', stderr: '' });
});

it('names a tool module that is not there', async () => {
  const project = writeFiles(path.join(directory, 'tool'), {
    ...echoProject,
    'tools.yaml': 'tools:\n  gone: { type: module, module: ./gone.js }\n',
  });
  const { code, stdout, stderr } = await cli(['run', project, 'hello']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error MANIFEST_FILE_MISSING .+\n {2}The module file "gone.js" is not there/mu);
  expect(stderr).not.toMatch(stackPattern);
});
