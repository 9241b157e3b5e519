import { createHash } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChangeRecorder, ToolMode, ToolOutcome } from '../../../../src/services/tools/index.ts';
import {
  createToolProject,
  failureIn,
  filesystemTools,
  toolCall,
  verdict,
  type ToolProject,
  makePipe,
} from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function write(path: string, text: string, mode: ToolMode = 'normal'): Promise<ToolOutcome> {
  const runtime = await project.runtime();
  return await runtime.call(toolCall('write_file', { path, text }, { mode }));
}

it('creates a file with its directories and records the change', async () => {
  expect(await write('src/deep/a.txt', 'Grüße')).toEqual({
    ok: true,
    output: { path: 'src/deep/a.txt', bytes: 7, created: true },
    changes: [{ path: 'work/src/deep/a.txt', before_hash: null, after_hash: sha256('Grüße'), bytes: 7 }],
  });
  expect(readFileSync(project.path('work/src/deep/a.txt'), 'utf8')).toBe('Grüße');
  expect(readdirSync(project.path('work/src/deep'))).toEqual(['a.txt']);
});

it('creates its root when that is not there yet', async () => {
  const runtime = await project.runtime({
    tools: { write_file: { type: 'filesystem.write_file', root: './new/one' } },
  });
  expect(verdict(await runtime.call(toolCall('write_file', { path: 'a.txt', text: 'a' })))).toBe('ok');
  expect(readFileSync(project.path('new/one/a.txt'), 'utf8')).toBe('a');
});

it('replaces a file, keeps its mode and records what it was', async () => {
  chmodSync(project.write('work/run.sh', 'old'), 0o750);
  expect(await write('run.sh', 'new!')).toEqual({
    ok: true,
    output: { path: 'run.sh', bytes: 4, created: false },
    changes: [{ path: 'work/run.sh', before_hash: sha256('old'), after_hash: sha256('new!'), bytes: 4 }],
  });
  expect([
    readFileSync(project.path('work/run.sh'), 'utf8'),
    statSync(project.path('work/run.sh')).mode % 0o1000,
  ]).toEqual(['new!', 0o750]);
});

it('writes nothing when the content is there already', async () => {
  await write('a.txt', 'same');
  const before = statSync(project.path('work/a.txt'), { bigint: true });
  expect(await write('a.txt', 'same')).toEqual({ ok: true, output: { path: 'a.txt', bytes: 4, created: false } });
  const after = statSync(project.path('work/a.txt'), { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
});

it('lets calls on one file follow each other, so that every record fits the one before', async () => {
  const runtime = await project.runtime();
  const texts = Array.from({ length: 12 }, (_, index) => `text ${index}`);
  const outcomes = await Promise.all(
    texts.map(async (text) => await runtime.call(toolCall('write_file', { path: 'a.txt', text }))),
  );
  const changes = outcomes.flatMap((outcome) => (outcome.ok ? (outcome.changes ?? []) : []));
  expect(changes.map((change) => change.before_hash)).toEqual([null, ...texts.slice(0, -1).map(sha256)]);
  expect(changes.map((change) => change.after_hash)).toEqual(texts.map(sha256));
});

it.each([
  ['../a.txt', 'permission.denied (tools.write_file.root)'],
  ['/tmp/a.txt', 'permission.denied (tools.write_file.root)'],
  ['.git/hooks/pre-commit', 'permission.denied (always: .git)'],
  ['.GIT/config', 'permission.denied (always: .git)'],
  ['deep/.git', 'permission.denied (always: .git)'],
  ['a\0b', 'tool.invalid_input'],
  ['', 'tool.invalid_input'],
  ['.', 'tool.failed'],
  ['new/', 'tool.failed'],
  ['directory', 'tool.failed'],
  ['file.txt/a.txt', 'tool.not_found'],
])('refuses to write %j', async (path, expected) => {
  mkdirSync(project.path('work/directory'));
  project.write('work/file.txt', 'file');
  expect(verdict(await write(path, 'a'))).toBe(expected);
});

it('says in words that a name is too long', async () => {
  expect(failureIn(await write('x'.repeat(300), 'a'))).toEqual({
    code: 'tool.failed',
    message: `Tool "write_file" could not write "${'x'.repeat(200)}…": the name is too long.`,
  });
});

it('denies every write through a symbolic link, also to a place inside', async () => {
  project.write('work/real/a.txt', 'old');
  symlinkSync('real/a.txt', project.path('work/file-link'));
  symlinkSync('real', project.path('work/directory-link'));
  symlinkSync(`${project.outside}/new.txt`, project.path('work/dangling'));
  symlinkSync(project.outside, project.path('work/away'));
  const paths = ['file-link', 'directory-link/a.txt', 'dangling', 'away/new.txt', 'away/new/a.txt'];
  const verdicts = [];
  for (const path of paths) verdicts.push(verdict(await write(path, 'new')));
  expect(verdicts).toEqual(paths.map(() => 'permission.denied (always: no writes through links)'));
  expect([readFileSync(project.path('work/real/a.txt'), 'utf8'), readdirSync(project.outside)]).toEqual([
    'old',
    ['secret.txt'],
  ]);
});

it('denies a file that has a second name elsewhere', async () => {
  linkSync(`${project.outside}/secret.txt`, project.path('work/hard.txt'));
  expect(await write('hard.txt', 'new')).toEqual({
    ok: false,
    failure: {
      code: 'permission.denied',
      message:
        'Tool "write_file" may not write "hard.txt": the file has a second name elsewhere (rule always: no writes to hard links).',
      hint: 'Break the hard link by copying the file, or write under another name.',
      details: { level: 'always', rule: 'always: no writes to hard links' },
    },
  });
  expect(readFileSync(`${project.outside}/secret.txt`, 'utf8')).toBe('secret');
});

it('denies a pipe and a socket', async () => {
  makePipe(project.path('work/pipe'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(project.path('work/socket'), resolve));
  const verdicts = [verdict(await write('pipe', 'a')), verdict(await write('socket', 'a'))];
  await new Promise((resolve) => server.close(resolve));
  expect(verdicts).toEqual(['permission.denied (always: regular files)', 'permission.denied (always: regular files)']);
});

it('denies the state directory and a root that is not permitted', async () => {
  const runtime = await project.runtime({
    tools: {
      write_file: filesystemTools.write_file,
      elsewhere: { type: 'filesystem.write_file', root: '../outside' },
    },
    stateDirectory: './work/state',
  });
  const outcomes = [
    await runtime.call(toolCall('write_file', { path: 'state/journal.db', text: 'a' })),
    await runtime.call(toolCall('elsewhere', { path: 'a.txt', text: 'a' })),
  ];
  expect(outcomes.map(verdict)).toEqual([
    'permission.denied (always: state_dir)',
    'permission.denied (permissions.filesystem.write)',
  ]);
  expect([existsSync(project.path('work/state')), readdirSync(project.outside)]).toEqual([false, ['secret.txt']]);
});

it('denies what a link in place of the root would lead to', async () => {
  const runtime = await project.runtime({ tools: { write_file: { type: 'filesystem.write_file', root: './later' } } });
  symlinkSync(project.outside, project.path('later'));
  const outcome = await runtime.call(toolCall('write_file', { path: 'a.txt', text: 'a' }));
  expect([verdict(outcome), readdirSync(project.outside)]).toEqual([
    'permission.denied (always: no writes through links)',
    ['secret.txt'],
  ]);
});

it('needs the permission to write, not the one to read', async () => {
  const runtime = await project.runtime({ permissions: { filesystem: { read: ['.'] } } });
  expect(verdict(await runtime.call(toolCall('write_file', { path: 'a.txt', text: 'a' })))).toBe(
    'permission.denied (permissions.filesystem.write)',
  );
});

it('refuses a text over the limit and half a character', async () => {
  const runtime = await project.runtime({
    tools: { write_file: { ...filesystemTools.write_file, max_output_bytes: 4 } },
  });
  const outcomes = [
    await runtime.call(toolCall('write_file', { path: 'a.txt', text: '12345' })),
    await runtime.call(toolCall('write_file', { path: 'a.txt', text: '\uD800' })),
  ];
  expect([outcomes.map(verdict), readdirSync(project.path('work'))]).toEqual([
    ['tool.output_limit', 'tool.invalid_input'],
    [],
  ]);
});

it('leaves no temporary file when it cannot replace the old one', async () => {
  mkdirSync(project.path('work/directory'));
  await write('directory', 'a');
  expect(readdirSync(project.path('work'))).toEqual(['directory']);
});

it('says in a dry run what it would change, and changes nothing', async () => {
  project.write('work/a.txt', 'one\ntwo\nthree\n');
  const replaced = await write('a.txt', 'one\n2\nthree\nfour\n', 'dry_run');
  const created = await write('new/b.txt', 'b\n', 'dry_run');
  const same = await write('a.txt', 'one\ntwo\nthree\n', 'dry_run');
  const would = { not_run: 'dry_run', would_write: 'a.txt', created: false, bytes_before: 14 };
  expect([replaced, created, same]).toEqual([
    {
      ok: true,
      notRun: 'dry_run',
      output: { ...would, bytes: 17, unchanged: false, lines_added: 2, lines_removed: 1 },
    },
    {
      ok: true,
      notRun: 'dry_run',
      output: {
        not_run: 'dry_run',
        would_write: 'new/b.txt',
        bytes: 2,
        created: true,
        lines_added: 1,
        lines_removed: 0,
      },
    },
    {
      ok: true,
      notRun: 'dry_run',
      output: { ...would, bytes: 14, unchanged: true, lines_added: 0, lines_removed: 0 },
    },
  ]);
  expect([readdirSync(project.path('work')), readFileSync(project.path('work/a.txt'), 'utf8')]).toEqual([
    ['a.txt'],
    'one\ntwo\nthree\n',
  ]);
});

it('denies in a dry run what it would deny otherwise', async () => {
  expect(verdict(await write('../a.txt', 'a', 'dry_run'))).toBe('permission.denied (tools.write_file.root)');
});

it('does nothing in analysis_only', async () => {
  expect(await write('a.txt', 'a', 'analysis_only')).toEqual({
    ok: true,
    output: { not_run: 'analysis_only' },
    notRun: 'analysis_only',
  });
  expect(readdirSync(project.path('work'))).toEqual([]);
});

it('tells a recorder of a change before it is made, with what is in the file', async () => {
  const runtime = await project.runtime();
  project.write('work/a.txt', 'old');
  const heard: unknown[] = [];
  const changes: ChangeRecorder = {
    maxContentBytes: 3,
    record: (change) => heard.push([change, existsSync(project.path(change.path))]),
  };
  await runtime.call({ ...toolCall('write_file', { path: 'a.txt', text: 'four' }), changes });
  await runtime.call({ ...toolCall('write_file', { path: 'a.txt', text: 'four' }), changes });
  await runtime.call({ ...toolCall('write_file', { path: 'a.txt', text: 'x' }), changes });
  await runtime.call({ ...toolCall('write_file', { path: 'one/two/b.txt', text: 'b' }), changes });
  const shared = { tool: 'write_file', path: 'work/a.txt', directories: [] };
  const old = { before_hash: sha256('old'), after_hash: sha256('four'), content: Buffer.from('old') };
  expect(heard).toEqual([
    [{ ...shared, ...old }, true],
    // Four bytes are more than this recorder takes.
    [{ ...shared, before_hash: sha256('four'), after_hash: sha256('x') }, true],
    [
      {
        tool: 'write_file',
        path: 'work/one/two/b.txt',
        before_hash: null,
        after_hash: sha256('b'),
        directories: ['work/one', 'work/one/two'],
      },
      false,
    ],
  ]);
});

it('leaves a file as it is when its change cannot be recorded', async () => {
  const runtime = await project.runtime();
  project.write('work/a.txt', 'old');
  const changes: ChangeRecorder = {
    maxContentBytes: 100,
    record() {
      throw new Error('The disk is full.');
    },
  };
  const outcome = await runtime.call({ ...toolCall('write_file', { path: 'a.txt', text: 'new' }), changes });
  expect([outcome.ok, readFileSync(project.path('work/a.txt'), 'utf8')]).toEqual([false, 'old']);
  expect(readdirSync(project.path('work'))).toEqual(['a.txt']);
});
