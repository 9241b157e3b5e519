import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

const place = (name: string, engine = ''): string =>
  writeFiles(path.join(directory, name), {
    ...echoProject,
    'engine.yaml': `engine:\n  name: pruned\n  durability: process\n${engine}`,
  });

it('removes tasks that are over, after it said how many', async () => {
  const project = place('pruned');
  for (const id of ['a', 'b']) await cli(['run', project, 'hello', '--id', id]);
  const young = await cli(['tasks', 'prune', '--project', project, '--older-than', '1d', '--json']);
  expect(JSON.parse(young.stdout)).toEqual({ dryRun: false, tasks: 0, artifacts: 0, definitions: 0 });
  const dry = await cli(['tasks', 'prune', '--status', 'completed', '--dry-run'], { cwd: project });
  expect(dry).toEqual({ code: 0, signal: null, stdout: '2 tasks would be removed.\n', stderr: '' });
  const failed = await cli(['tasks', 'prune', '-s', 'failed', '-s', 'cancelled'], { cwd: project });
  expect(failed.stdout).toBe('0 tasks removed, with 0 values and 0 definitions that nothing refers to any more.\n');
  const listed = await cli(['tasks', '--json'], { cwd: project });
  expect(JSON.parse(listed.stdout)).toHaveLength(2);
  const done = await cli(['tasks', 'prune', '--older-than', '0s'], { cwd: project });
  expect(done.stdout).toBe('2 tasks removed, with 0 values and 0 definitions that nothing refers to any more.\n');
  const empty = await cli(['tasks', '--json'], { cwd: project });
  expect(empty.stdout).toBe('[]\n');
});

it('goes by the retention of the project when it is told nothing', async () => {
  await cli(['run', place('kept'), 'hello', '--id', 'a']);
  const project = place('kept', '  retention: { completed: 0s, failed: keep }\n');
  const done = await cli(['tasks', 'prune', '--dry-run'], { cwd: project });
  expect(done.stdout).toBe('1 task would be removed.\n');
});

it.each([
  [[], 'HOST_USAGE Nothing says which tasks are to be removed.'],
  [['--older-than', 'soon'], 'HOST_USAGE "soon" is no age.'],
  [['--status', 'running'], 'HOST_USAGE Tasks that are running can go on, and are never removed.'],
  [['--status', 'gone'], `HOST_USAGE Option "-s, --status <status>" argument "gone" is invalid.`],
])('takes %j for wrong usage', async (words, message) => {
  const project = place('usage');
  const { code, stdout, stderr } = await cli(['tasks', 'prune', ...words], { cwd: project });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.startsWith(`error ${message}`)).toBe(true);
});
