import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { startCli, until, untilFile } from './cli-process.ts';
import { gatedProject, temporaryDirectory, timesRun, toolFiles, writeFiles } from './project.ts';

const directory = temporaryDirectory();

function gated(name: string): string {
  return writeFiles(path.join(directory, name), gatedProject);
}

async function runToEnd(project: string): Promise<void> {
  writeFileSync(path.join(project, 'gate'), '');
  expect((await cli(['run', project, 'go', '--id', 'task'])).code).toBe(0);
}

/** A task that was killed while its second stage was at work. */
async function kill(project: string, words: readonly string[]): Promise<void> {
  const running = startCli(words, { cwd: directory });
  await untilFile(path.join(project, 'counts.txt'));
  await until('the second stage is at work', () => timesRun(project)['second'] === 1);
  running.child.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
}

it('shows the entries of a journal, and the task as it stood after one', async () => {
  const project = gated('shown');
  await runToEnd(project);
  const [journal, then, beyond] = await Promise.all([
    cli(['show', 'task', '--project', project, '--journal']),
    cli(['show', 'task', '--project', project, '--at', '2', '--json']),
    cli(['show', 'task', '--project', project, '--at', '9']),
  ]);
  expect(journal.stdout).toMatch(/ENTRY +TIME +WHAT HAPPENED +STARTS\n0 +\S+ \S+ +created +first\n/u);
  expect(journal.stdout).toMatch(/\n2 +\S+ \S+ +"first" ended +second\n/u);
  expect(JSON.parse(then.stdout)).toMatchObject({
    seq: 2,
    status: 'running',
    trace: [{ node: 'first' }, { node: 'broken', status: 'skipped' }, { node: 'second' }],
  });
  expect([beyond.code, beyond.stdout]).toEqual([2, '']);
  expect(beyond.stderr).toContain('error TASK_SEQ_UNKNOWN The journal of task "task" has no entry 9.');
  expect(beyond.stderr).toMatch(/see them with: node \S+ show task --journal --project \S+\n/u);
});

it('runs a fork from a stage, and creates one without running it', async () => {
  const project = gated('forked');
  await runToEnd(project);
  const forked = await cli(['fork', 'task', '--from', 'second', '--id', 'again', '--project', project]);
  expect([forked.code, forked.stdout]).toEqual([0, 'All three are done.\n']);
  expect(forked.stderr).toContain('Task again is a fork of task after entry 2, with what came of first.\n');
  expect(timesRun(project)).toEqual({ first: 1, second: 2, third: 2 });
  const created = await cli(['fork', 'task', '--from', '3', '--id', 'later', '--no-run', '--project', project]);
  expect([created.code, created.stdout]).toEqual([0, 'later\n']);
  const shown = await cli(['show', 'later', '--project', project, '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'running', forked_from: { task: 'task', seq: 3 } });
  expect((await cli(['resume', 'later', '--project', project])).code).toBe(0);
  expect(timesRun(project)).toEqual({ first: 1, second: 2, third: 3 });
  const asJson = await cli(['fork', 'task', '--id', 'told', '--no-run', '--json', '--project', project]);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ taskId: 'told', forked_from: { task: 'task', seq: 0 } });
  const wrong = await cli(['fork', 'task', '--from', 'secnd', '--project', project]);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('Task "task" has no stage "secnd" that could run again.');
  expect(wrong.stderr).toContain('help: Did you mean "second"? Name one of: "first", "second", "third".\n');
});

it('forks a task that another process is at work on', async () => {
  const project = gated('busy');
  const running = startCli(['run', project, 'go', '--id', 'task'], { cwd: directory });
  await untilFile(path.join(project, 'counts.txt'));
  await until('the second stage is at work', () => timesRun(project)['second'] === 1);
  const created = await cli(['fork', 'task', '--id', 'twin', '--from', 'second', '--no-run', '--project', project]);
  writeFileSync(path.join(project, 'gate'), '');
  expect([created.code, (await running.ended).code]).toEqual([0, 0]);
  expect((await cli(['resume', 'twin', '--project', project])).code).toBe(0);
  expect(timesRun(project)).toEqual({ first: 1, second: 2, third: 2 });
});

it('replays a journal, and says where the state file differs from it', async () => {
  const project = gated('replayed');
  await runToEnd(project);
  const [same, asJson] = await Promise.all([
    cli(['replay', 'task', '--project', project]),
    cli(['replay', 'task', '--project', project, '--json']),
  ]);
  expect(same.code).toBe(0);
  expect(same.stdout).toMatch(/^task: 5 entries, \d rows? compared, the same\n$/u);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ same: true, tasks: [{ task: 'task', entries: 5 }] });
  const database = new DatabaseSync(path.join(project, '.agent-engine', 'state.sqlite'));
  database.exec(`UPDATE journal SET text = replace(text, 'second', 'third') WHERE seq = 3`);
  database.close();
  const differs = await cli(['replay', 'task', '--project', project, '--json']);
  expect([differs.code, JSON.parse(differs.stdout)]).toMatchObject([1, { same: false, task: 'task', seq: 3 }]);
  expect(differs.stderr).toContain('error TASK_REPLAY_DIFFERS');
});

it('goes on with a task whose manifests are broken by now, and whose engine manifest cannot be read', async () => {
  const project = writeFiles(path.join(directory, 'broken'), {
    ...gatedProject,
    'engine.yaml': 'engine:\n  name: gated\n  state_dir: ./kept\n',
  });
  await kill(project, ['run', project, 'go', '--id', 'task']);
  writeFiles(project, {
    gate: '',
    'workflow.yaml': 'workflow: [\n',
    'engine.yaml': 'engine:\n  name: [\n  state_dir: ./kept\n',
  });
  const { code, stdout, stderr } = await cli(['resume', 'task', '--project', project]);
  expect([code, stdout]).toEqual([0, 'All three are done.\n']);
  expect(stderr).toMatch(/note: "engine\.yaml" cannot be read; tasks are looked for in ".*kept"\./u);
  expect(stderr).toContain('note: The task goes on with the manifests it has; those of today have errors, see: ');
  expect(timesRun(project)).toEqual({ first: 1, second: 2, third: 1 });
  const fresh = await cli(['run', project, 'go']);
  expect([fresh.code, fresh.stdout]).toEqual([1, '']);
});

it('answers a question of a task whose manifests are gone', async () => {
  const project = writeFiles(path.join(directory, 'gone'), {
    'workflow.yaml': `workflow:
  id: asking
  nodes:
    - { id: ask, type: feedback, question: "Go on?" }
    - { id: end, type: end, output: "\${{ stages.ask.output.value }}" }
  edges: [{ from: ask, to: end }]
`,
  });
  expect((await cli(['run', project, 'go', '--id', 'task'])).code).toBe(3);
  rmSync(path.join(project, 'workflow.yaml'));
  const { code, stdout } = await cli(['answer', 'task', 'yes'], { cwd: project });
  expect([code, stdout]).toEqual([0, 'yes\n']);
});

it('steps, pauses, cancels and undoes tasks whose manifests are broken by now', async () => {
  const project = writeFiles(path.join(directory, 'no longer'), { ...gatedProject, gate: '' });
  const held = await cli(['run', project, 'go', '--id', 'task', '--step']);
  expect(held.code).toBe(3);
  writeFiles(project, { 'workflow.yaml': 'workflow: [\n', 'engine.yaml': 'engine: [\n' });
  const stepped = await cli(['step', 'task', '--no-progress'], { cwd: project });
  expect([stepped.code, stepped.stderr]).toEqual([3, expect.stringContaining('those of today have errors, see: ')]);
  expect(timesRun(project)).toEqual({ first: 1 });
  const paused = await cli(['pause', 'task'], { cwd: project });
  expect([paused.code, paused.stderr]).toEqual([0, expect.stringContaining('Task "task" is paused.')]);
  const cancelled = await cli(['cancel', 'task', '--json'], { cwd: project });
  expect([cancelled.code, JSON.parse(cancelled.stdout)]).toMatchObject([0, { status: 'cancelled' }]);
  const undone = await cli(['undo', 'task'], { cwd: project });
  expect([undone.code, undone.stderr]).toEqual([0, expect.stringContaining('There is nothing to undo')]);
});

const renamedWorkflow = (gatedProject['workflow.yaml'] ?? '')
  .replace('id: first,', 'id: opening,')
  .replaceAll('from: first', 'from: opening')
  .replace('All three are done.', 'All are done.');

it('goes on with the manifests of today, says what it keeps, and stays with them after a kill', async () => {
  const project = gated('latest');
  await kill(project, ['run', project, 'go', '--id', 'task']);
  writeFiles(project, { 'workflow.yaml': renamedWorkflow });
  const pinned = startCli(['resume', 'task', '--project', project]);
  await until('it says which manifests it has', () => pinned.stderr().includes('resume task --latest'));
  pinned.child.kill('SIGKILL');
  await pinned.ended;
  const counted = timesRun(project)['second'] ?? 0;
  const running = startCli(['resume', 'task', '--latest', '--project', project]);
  await until('the second stage is at work', () => (timesRun(project)['second'] ?? 0) > counted);
  running.child.kill('SIGKILL');
  expect((await running.ended).stderr).toContain(
    'The task goes on with the manifests of today: migratable.\n  kept: first (now opening)\n  next: second\n',
  );
  writeFileSync(path.join(project, 'gate'), '');
  const { code, stdout } = await cli(['resume', 'task', '--project', project]);
  expect([code, stdout]).toEqual([0, 'All are done.\n']);
  expect(timesRun(project)).toMatchObject({ first: 1, third: 1 });
  expect((await cli(['replay', 'task', '--project', project])).code).toBe(0);
});

it('asks before tools act a second time, and refuses what cannot go on', async () => {
  const project = gated('asking');
  await kill(project, ['run', project, 'go', '--id', 'task']);
  const again = (gatedProject['workflow.yaml'] ?? '').replace('stage: first }', 'stage: first, more: true }');
  writeFiles(project, { ...toolFiles, 'workflow.yaml': again, gate: '' });
  const asked = await cli(['resume', 'task', '--latest', '--project', project]);
  expect([asked.code, asked.stdout]).toEqual([1, '']);
  expect(asked.stderr).toContain(
    '  runs again: first. "first" differs in "arguments". Uses "count" again.\n  next: first\n',
  );
  expect(asked.stderr).toMatch(
    /error TASK_MIGRATION_UNCONFIRMED .+"count"\.\n {2}help: If that is right: .+ resume task --latest --yes /u,
  );
  writeFiles(project, { 'workflow.yaml': again.replace('id: gated', 'id: other').replaceAll('first', 'opening') });
  const refused = await cli(['fork', 'task', '--from', 'second', '--latest', '--project', project]);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('error TASK_MIGRATION_REFUSED');
  const neither = await cli(['resume', 'task', '--latest', '--project', project]);
  expect([neither.code, neither.stderr.match(/begins at/gu)]).toEqual([1, ['begins at']]);
  writeFiles(project, { 'workflow.yaml': again });
  const done = await cli(['resume', 'task', '--latest', '--yes', '--project', project]);
  expect([done.code, done.stdout]).toEqual([0, 'All three are done.\n']);
  expect(timesRun(project)).toMatchObject({ first: 2, third: 1 });
});
