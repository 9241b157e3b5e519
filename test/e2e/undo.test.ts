import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { startCli, until } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

/** Writes a file for each item of the request. */
function place(name: string): string {
  return writeFiles(path.join(directory, name), {
    'workflow.yaml': `workflow:
  id: writing
  nodes:
    - id: all
      type: map
      items: "\${{ input }}"
      node: { id: one, type: tool, tool: write, arguments: { path: "\${{ item }}", text: "by the task" } }
`,
    'agents.yaml': 'agents: {}\n',
    'tools.yaml': 'tools:\n  write: { type: filesystem.write_file, root: ./out }\n',
    'engine.yaml': `engine: { name: writing, durability: process, permissions: { filesystem: { write: [./out] } } }\n`,
  });
}

it('puts files back, says what it did, and finds nothing to do the next time', async () => {
  const project = place('back');
  mkdirSync(path.join(project, 'out'));
  writeFileSync(path.join(project, 'out/a.txt'), 'mine');
  await cli(['run', project, '--input', '["a.txt", "new/b.txt"]', '--id', 'task']);
  expect(readFileSync(path.join(project, 'out/a.txt'), 'utf8')).toBe('by the task');
  const dry = await cli(['undo', 'task', '--project', project, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout.trim().split('\n').toSorted()).toEqual([
    'would remove   out/new/b.txt',
    'would restore  out/a.txt',
  ]);
  const undone = await cli(['undo', 'task', '--json'], { cwd: project });
  expect(JSON.parse(undone.stdout)).toMatchObject({ taskId: 'task', dryRun: false, conflicts: [] });
  expect(readFileSync(path.join(project, 'out/a.txt'), 'utf8')).toBe('mine');
  expect(readdirSync(path.join(project, 'out'))).toEqual(['a.txt']);
  const again = await cli(['undo', 'task'], { cwd: project });
  expect(again).toMatchObject({ code: 0, stdout: '', stderr: 'There is nothing to undo in task "task".\n' });
});

it('leaves everything alone when a file was changed since, unless it is told to', async () => {
  const project = place('conflict');
  await cli(['run', project, '--input', '["a.txt", "b.txt"]', '--id', 'task']);
  writeFileSync(path.join(project, 'out/a.txt'), 'edited');
  const refused = await cli(['undo', 'task'], { cwd: project });
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
  const [listed, error, help] = refused.stderr.split('\n');
  expect(listed).toBe('in the way out/a.txt: It is not as the task left it.');
  expect(error).toBe(
    'error TASK_UNDO_CONFLICT Nothing of task "task" was undone, since a file stands in the way: "out/a.txt".',
  );
  expect(help).toMatch(/^ {2}help: Restore the files by hand, or .+: node \S+ undo task --force$/u);
  expect(readdirSync(path.join(project, 'out')).toSorted()).toEqual(['a.txt', 'b.txt']);
  const forced = await cli(['undo', 'task', '--force'], { cwd: project });
  expect({ code: forced.code, lines: forced.stdout.trim().split('\n').toSorted() }).toEqual({
    code: 0,
    lines: ['removed  out/a.txt', 'removed  out/b.txt'],
  });
  expect(readdirSync(path.join(project, 'out'))).toEqual([]);
});

it('is completed by the next one when its process is killed', async () => {
  const project = place('killed');
  const names = Array.from({ length: 150 }, (_, at) => `d${at % 5}/${at}.txt`);
  await cli(['run', project, '--input', JSON.stringify(names), '--id', 'task']);
  const count = (): number => names.filter((name) => existsSync(path.join(project, 'out', name))).length;
  expect(count()).toBe(names.length);
  const killed = startCli(['undo', 'task'], { cwd: project });
  await until('the undo has begun', () => count() < names.length || killed.child.exitCode !== null);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const { code } = await cli(['undo', 'task'], { cwd: project });
  expect([code, count(), readdirSync(path.join(project, 'out'))]).toEqual([0, 0, []]);
  const again = await cli(['undo', 'task'], { cwd: project });
  expect(again.stderr).toBe('There is nothing to undo in task "task".\n');
});
