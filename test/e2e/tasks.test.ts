import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { cli as cliProcess, inherited, repository, stackPattern } from './cli-process.ts';
import { echoProject, temporaryDirectory, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

function place(name: string, files: Files = echoProject): string {
  return writeFiles(path.join(directory, name), files);
}

const timePattern = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;

it('shows what became of a task', async () => {
  const files: Files = {
    ...toolFiles,
    'workflow.yaml': `workflow:
  id: shown
  nodes:
    - { id: try, type: tool, tool: fail, retries: 1, backoff: 1ms }
    - { id: finished, type: end }
    - { id: recovered, type: end, output: { reason: "\${{ error.code }}" } }
  edges:
    - { from: try, to: finished }
    - { from: try, to: recovered, type: error }
`,
  };
  const project = place('shown', files);
  await cli(['run', project, 'go', '--id', 'task', '--tag', 'one', '--tag', 'two', '--mode', 'normal']);
  const { code, stdout, stderr } = await cli(['show', 'task', '--project', project]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    stdout
      .replaceAll(/\d+ms|\d+\.\ds/gu, '_')
      .replaceAll(/(?<=\S) {2,}/gu, '  ')
      .replace(new RegExp(timePattern, 'u'), '_'),
  ).toBe(
    `${[
      'task  task',
      'status  completed',
      'workflow  shown, pipeline shown',
      'mode  normal',
      'tags  one, two',
      'created  _',
      'request  go',
      '',
      'STAGE  TYPE  STATUS  ATTEMPTS  TIME  TOKENS',
      'try  tool  failed  2  _  tool.failed → recovered',
      'finished  end  skipped',
      'recovered  end  done',
      '',
      'failed tool.failed stage "try", attempt 2',
      '  Tool "fail" failed: The tool broke.',
      '  help: Look into the code of the tool.',
      '',
      'OUTPUT',
      'reason: tool.failed',
    ].join('\n')}\n`,
  );
});

it('finds the project that knows a task below the current directory', async () => {
  const top = path.join(directory, 'search');
  const project = place('search/configs/one');
  place('search/two');
  await cli(['run', project, 'hello', '--id', 'task']);
  await cli(['run', path.join(top, 'two'), 'hello', '--id', 'other']);
  const shown = await cli(['show', 'task', '--json'], { cwd: top });
  expect(JSON.parse(shown.stdout)).toMatchObject({ taskId: 'task', status: 'completed', input: 'hello' });
  await cli(['run', place('search/configs/examples/deep'), 'hello', '--id', 'far']);
  const far = await cli(['show', 'far', '--json'], { cwd: top });
  expect(JSON.parse(far.stdout)).toMatchObject({ taskId: 'far', status: 'completed' });
  const unknown = await cli(['show', 'third'], { cwd: top });
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(
    /^error TASK_NOT_FOUND No project in the current directory or below it has a task "third"\.\n {2}help: .+ --project <dir>\.\n/u,
  );
  const several = await cli(['tasks'], { cwd: top });
  expect({ code: several.code, stdout: several.stdout }).toEqual({ code: 2, stdout: '' });
  expect(several.stderr).toMatch(
    /^error HOST_USAGE Several projects come into question: "two", "configs\/one", "configs\/examples\/deep"\.\n {2}help: Name one, for example: node .+ tasks --project two\n/u,
  );
});

it('says so when there are too many directories to look into, or projects to name', async () => {
  const many = path.join(directory, 'many');
  for (let count = 100; count <= 300; count += 1) mkdirSync(path.join(many, `d${count}`), { recursive: true });
  const unknown = await cli(['show', 'nothing'], { cwd: many });
  expect(unknown.stderr).toContain('help: Only 200 of the directories here were looked into. Name the project ');
  for (let count = 100; count < 112; count += 1) {
    writeFiles(path.join(many, `d${count}`), { ...echoProject, '.agent-engine/state.sqlite': '' });
  }
  const several = await cli(['tasks'], { cwd: many });
  expect(several.stderr).toContain('question: "d100", "d101", "d102", ');
  expect(several.stderr).toContain('"d109" and 2 more.\n');
});

it('lists tasks by status, for people and for programs', async () => {
  const project = place('listed');
  await cli(['run', project, 'hello', '--id', 'first']);
  const table = await cli(['tasks'], { cwd: project });
  expect(table.stdout).toMatch(
    new RegExp(`^TASK   STATUS     CREATED {14}UPDATED\nfirst  completed  ${timePattern}  ${timePattern}\n$`, 'u'),
  );
  const failed = await cli(['tasks', '--status', 'failed', '--json'], { cwd: project });
  expect(failed).toEqual({ code: 0, signal: null, stdout: '[]\n', stderr: '' });
});

it('looks at a project that never ran anything without making a state file', async () => {
  const project = place('untouched');
  const listed = await cli(['tasks', '--project', project]);
  const shown = await cli(['show', 'task', '--project', project]);
  expect({ code: listed.code, stdout: listed.stdout }).toEqual({ code: 0, stdout: '' });
  expect(listed.stderr).toMatch(/^There are no tasks yet\. Start one with: node .+ run /u);
  expect(shown.code).toBe(1);
  expect(shown.stderr).toMatch(/^error TASK_NOT_FOUND The project ".+untouched" has no task "task"\.\n/u);
  expect(existsSync(path.join(project, '.agent-engine'))).toBe(false);
});

it('draws a workflow, on stdout or into a file', async () => {
  const project = place('drawn');
  const { code, stdout } = await cli(['diagram', project]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^flowchart TB\n[^]+measure[^]+answer/u);
  const written = await cli(['diagram', project, '--out', 'drawing.mmd'], { cwd: directory });
  expect(written).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(readFileSync(path.join(directory, 'drawing.mmd'), 'utf8')).toBe(stdout);
  const refused = await cli(['diagram', project, '--out', 'nowhere/drawing.mmd'], { cwd: directory });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^error HOST_OUTPUT_UNWRITABLE The file ".+" cannot be written \(ENOENT\)\.\n/u);
});

it.each([
  [['frobnicate'], 'Unknown command "frobnicate".'],
  [['run'], 'Missing required argument "dir".'],
  [['validate', 'one', 'two'], 'Too many arguments for "validate". Expected 1 argument but got 2: one, two.'],
  [['run', '.', '--jsn'], 'Unknown option "--jsn".'],
  [['run', '.', '--json', '--events'], 'Option "--json" cannot be used with option "--events".'],
  [['run', '.', '--dry-run', '--analysis-only'], 'Option "--dry-run" cannot be used with option "--analysis-only".'],
])('takes %j for wrong usage', async (words, message) => {
  const { code, stdout, stderr } = await cli(words);
  expect(code).toBe(2);
  expect(stdout).toMatch(words.includes('--json') ? /^\{"error":\{"code":"HOST_USAGE",/u : /^$/u);
  expect(stderr.split('\n')[0]).toBe(`error HOST_USAGE ${message}`);
  expect(stderr).not.toMatch(stackPattern);
});

it('explains itself', async () => {
  const help = await cli(['--help']);
  const nothing = await cli([]);
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: agent-engine [options] [command]');
  expect({ code: nothing.code, stdout: nothing.stdout }).toEqual({ code: 2, stdout: '' });
  expect(nothing.stderr).toContain('Usage: agent-engine [options] [command]');
});

it('prints the stack of an error, and those of its causes, only with --debug', async () => {
  const words = ['validate', path.join(directory, 'nowhere')];
  const [plain, debug] = await Promise.all([cli(words), cli([...words, '--debug'])]);
  expect(plain.stderr).not.toMatch(stackPattern);
  expect(debug.stderr).toMatch(/EngineError: There is no readable directory[^]+ at [^]+caused by Error: ENOENT/u);
});

it('names the directory that was meant by a misspelt one', async () => {
  place('greenhouse');
  const misspelt = await cli(['validate', path.join(directory, 'grenhouse')]);
  expect(misspelt.stderr).toContain('Did you mean "greenhouse"? Give the directory that holds workflow.yaml.');
  const nowhere = await cli(['validate', path.join(directory, 'nowhere', 'grenhouse')]);
  expect(nowhere.stderr).toContain('help: Give the directory that holds workflow.yaml.');
});

it('loads nothing of the engine to show its help', async () => {
  const { stdout, stderr } = await cliProcess(['--help'], { environment: { ...inherited, NODE_DEBUG: 'esm' } });
  expect(stdout).toContain('Usage: agent-engine');
  expect(stderr).toContain(path.join(repository, 'src/cli/program.ts'));
  expect(stderr).not.toContain(path.join(repository, 'src/engine'));
});

it('lists the tasks of a mode, of the last days, and so many of them', async () => {
  const project = place('filtered');
  for (const [id, mode] of [
    ['one', 'analysis_only'],
    ['two', 'normal'],
    ['three', 'analysis_only'],
  ] as const)
    // prettier-ignore
    await cli(['run', project, 'go', '--id', id, '--mode', mode]);
  const listed = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await cli(['tasks', '--project', project, '--json', ...words]);
    return Array.from(stdout.matchAll(/"taskId": ?"(?<id>\w+)"/gu), ({ groups }) => groups?.['id'] ?? '');
  };
  expect(await listed('--mode', 'analysis_only')).toEqual(['three', 'one']);
  expect(await listed('--mode', 'analysis_only', '--limit', '1')).toEqual(['three']);
  expect(await listed('--since', '1d')).toEqual(['three', 'two', 'one']);
  expect(await listed('--mode', 'dry_run')).toEqual([]);
  const refused = await cli(['tasks', '--project', project, '--since', 'yesterday']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('"yesterday" is no age')]);
  expect((await cli(['tasks', '--project', project, '--limit', 'all'])).code).toBe(2);
});

it('gives an error as data where programs read the output', async () => {
  const project = place('faults');
  const { code, stdout, stderr } = await cli(['show', 'nothing', '--project', project, '--json']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('error TASK_NOT_FOUND')]);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TASK_NOT_FOUND' } });
  const mistyped = await cli(['run', project, 'go', '--mode', 'fast', '--json']);
  expect(mistyped.code).toBe(2);
  expect(JSON.parse(mistyped.stdout)).toMatchObject({ error: { code: 'TASK_MODE_UNKNOWN' } });
});
