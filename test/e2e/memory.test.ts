import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { inherited, startCli, until, type Ended } from './cli-process.ts';
import { temporaryDirectory, timesRun, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

/** A stage that waits for the file "gate", beside tools that remember before and after it. */
const project: Files = {
  ...toolFiles,
  'memory.yaml': `memory:
  project_store: { type: file_json, path: ./kept.json }
  embedding: { provider: local }
`,
  'tools.yaml': `tools:
  count: { type: module, module: ./tools/count.js, export: count }
  keep: { type: memory.remember, store: project_store }
`,
  'workflow.yaml': `workflow:
  id: remembering
  nodes:
    - { id: before, type: tool, tool: keep, arguments: { content: Kept before the gate. } }
    - { id: gated, type: tool, tool: count, arguments: { stage: gated, gate: gate } }
    - { id: after, type: tool, tool: keep, arguments: { content: Kept after the gate. } }
    - { id: done, type: end, output: over }
  edges:
    - { from: before, to: gated }
    - { from: gated, to: after }
    - { from: after, to: done }
`,
  'docs/retries.md': '# Retries\n\nA stage that failed is retried with growing pauses.\n',
  'docs/weather.md': '# Weather\n\nIt rains on the hills.\n',
};

const written = (name: string): string => writeFiles(path.join(directory, name), project);
const json = ({ stdout }: Ended): unknown => JSON.parse(stdout);

it('takes documents in, finds them by meaning, and forgets them', async () => {
  const at = written('documents');
  const run = (...words: string[]): Promise<Ended> => cli(['memory', ...words], { cwd: at });
  const taken = await run('ingest', 'docs', '--tag', 'manual');
  expect(taken).toMatchObject({ code: 0, stderr: '2 added.\n' });
  expect(taken.stdout.replaceAll(/ +/gu, ' ')).toBe('added docs/retries.md 1 chunk\nadded docs/weather.md 1 chunk\n');
  expect(await run('ingest', 'docs', '--tag', 'manual')).toMatchObject({ stdout: '', stderr: '2 unchanged.\n' });
  const found = await run(
    'list',
    '--search',
    'retrying failures',
    '--policy',
    'semantic',
    '--kind',
    'chunk',
    '--limit',
    '1',
    '--json',
  );
  expect(json(found)).toMatchObject([
    { source: 'docs/retries.md', tags: ['manual'], embedding: { model: 'local/hash-1' } },
  ]);
  expect(found.stdout).not.toContain('vector');
  const refused = await run('forget', '--source', 'docs/weather.md');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('Add --yes to forget them.');
  expect(await run('forget', '--source', 'docs/weather.md', '--yes')).toMatchObject({
    code: 0,
    stdout: 'Forgot 2 items.\n',
  });
  writeFiles(at, { 'docs/logo.png': 'a\0b' });
  expect(await run('ingest', 'docs/logo.png')).toMatchObject({ code: 1, stderr: '1 skipped.\n' });
});

it('adds, lists, shows, edits and forgets items, on a line or in an editor', async () => {
  const at = written('items');
  const run = (...words: string[]): Promise<Ended> => cli(['memory', ...words], { cwd: at });
  const added = await run('add', 'We deploy on Thursdays.', '--kind', 'decision', '--tag', 'release');
  const id = added.stdout.trim();
  expect(added).toMatchObject({ code: 0, stderr: 'Remembered.\n' });
  const piped = await cli(['memory', 'add'], { cwd: at, stdin: 'From a pipe \u001B[2J\n' });
  expect(piped.code).toBe(0);
  const listed = await run('list');
  expect(listed.stdout).toMatch(/^ID +KIND +WHEN +SOURCE +TAGS +CONTENT$/mu);
  expect(listed.stdout).toMatch(new RegExp(`^${id} +decision .* person +release +We deploy on Thursdays\\.$`, 'mu'));
  expect(listed.stdout).not.toContain('\u001B');
  await run('edit', id, '--importance', '0.9', '--tag', 'dates');
  const environment = { ...inherited, EDITOR: "sed -i.bak 's/Thursdays/Fridays/'" };
  const edited = await cli(['memory', 'edit', id, '--json'], { cwd: at, environment });
  expect(json(edited)).toMatchObject({ id, content: 'We deploy on Fridays.', importance: 0.9, tags: ['dates'] });
  expect(await cli(['memory', 'edit', id], { cwd: at, environment })).toMatchObject({
    stderr: 'Nothing was changed.\n',
  });
  const failed = await cli(['memory', 'edit', id], { cwd: at, environment: { ...inherited, EDITOR: 'false' } });
  expect(failed.code).toBe(2);
  expect((await cli(['memory', 'edit', id], { cwd: at, environment: inherited })).stderr).toContain('Set EDITOR');
  const shown = await run('show', id);
  expect(shown.stdout).toContain('importance: 0.9\n');
  expect(shown.stdout).toMatch(/\n\nWe deploy on Fridays\.\n$/u);
  expect(json(await run('forget', id, '--json'))).toEqual([id]);
  const gone = await run('show', id, '--json');
  expect(gone.code).toBe(1);
  expect(json(gone)).toMatchObject({ error: { code: 'MEMORY_ITEM_UNKNOWN' } });
});

it.each([
  [['list', '--store', 'global'], 1, 'MEMORY_STORE_DISABLED'],
  [['forget'], 2, 'HOST_USAGE'],
  [['forget', 'x', '--tag', 'y'], 2, 'HOST_USAGE'],
  [['forget', 'x'], 1, 'MEMORY_ITEM_UNKNOWN'],
  [['add', ' '], 1, 'MEMORY_ITEM_INVALID'],
  [['add', 'x', '--importance', 'much'], 1, 'MEMORY_ITEM_INVALID'],
  [['list', '--limit', '0'], 2, 'HOST_USAGE'],
  [['list', '--policy', 'magic'], 2, 'HOST_USAGE'],
  [['ingest', 'nowhere'], 1, 'MEMORY_DOCUMENT_UNREADABLE'],
  [['ingest'], 2, 'HOST_USAGE'],
])('says why it cannot: memory %j', async (words, code, error) => {
  const ended = await cli(['memory', ...words], { cwd: written('faults'), stdin: '' });
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toMatch(new RegExp(`^error ${error} .+\\n  help: .+`, 'u'));
});

it('works while a task is at work on the same store, and both keep what they wrote', async () => {
  const at = written('at work');
  const running = startCli(['run', at, 'go', '--id', 'task', '--quiet']);
  const file = path.join(at, 'kept.json');
  await until('the gate is reached', () => readSafely(file).includes('before the gate') && wasReached(at));
  const added = await cli(['memory', 'add', 'Added beside the task.'], { cwd: at });
  const taken = await cli(['memory', 'ingest', 'docs'], { cwd: at });
  expect([added.code, taken.code]).toEqual([0, 0]);
  writeFileSync(path.join(at, 'gate'), '');
  expect(await running.ended).toMatchObject({ code: 0, stdout: 'over\n' });
  const items = json(await cli(['memory', 'list', '--json'], { cwd: at }));
  const contents = JSON.stringify(items);
  for (const text of [
    'Kept before the gate.',
    'Added beside the task.',
    'It rains on the hills.',
    'Kept after the gate.',
  ])
    expect(contents).toContain(text);
});

function readSafely(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function wasReached(at: string): boolean {
  try {
    return timesRun(at)['gated'] === 1;
  } catch {
    return false;
  }
}
