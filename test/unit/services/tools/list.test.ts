import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolOutcome } from '../../../../src/services/tools/index.ts';
import { createToolProject, filesystemTools, toolCall, verdict, type ToolProject, makePipe } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

async function list(
  arguments_: unknown,
  spec: Partial<Extract<ToolSpec, { type: 'filesystem.list' }>> = {},
): Promise<ToolOutcome> {
  const runtime = await project.runtime({ tools: { list_files: { ...filesystemTools.list_files, ...spec } } });
  return await runtime.call(toolCall('list_files', arguments_));
}

const Listing = z.object({ entries: z.array(z.object({ path: z.string() })), truncated: z.boolean() });

function pathsOf(outcome: ToolOutcome): unknown {
  if (!outcome.ok) return outcome.failure;
  const { entries, truncated } = Listing.parse(outcome.output);
  return { paths: entries.map((entry) => entry.path), truncated };
}

const all = (...paths: string[]): unknown => ({ paths, truncated: false });
const some = (...paths: string[]): unknown => ({ paths, truncated: true });

it('lists all levels in order, with types and sizes', async () => {
  project.write('work/b.txt', 'four');
  project.write('work/a/deep/c.txt', '');
  symlinkSync('b.txt', project.path('work/link'));
  makePipe(project.path('work/pipe'));
  expect(await list({})).toEqual({
    ok: true,
    output: {
      root: './work',
      entries: [
        { path: 'a', type: 'directory', bytes: 0 },
        { path: 'a/deep', type: 'directory', bytes: 0 },
        { path: 'a/deep/c.txt', type: 'file', bytes: 0 },
        { path: 'b.txt', type: 'file', bytes: 4 },
        { path: 'link', type: 'symlink', bytes: 0 },
        { path: 'pipe', type: 'other', bytes: 0 },
      ],
      truncated: false,
    },
  });
});

it('lists below a directory, as deep as asked, with paths that the other tools take', async () => {
  project.write('work/a/deep/c.txt', '');
  project.write('work/a/b.txt', '');
  expect([
    pathsOf(await list({ path: 'a', depth: 1 })),
    pathsOf(await list({ path: 'a/' })),
    pathsOf(await list({ depth: 2 })),
  ]).toEqual([all('a/b.txt', 'a/deep'), all('a/b.txt', 'a/deep', 'a/deep/c.txt'), all('a', 'a/b.txt', 'a/deep')]);
});

it('takes a glob relative to the directory', async () => {
  for (const file of ['x.ts', 'a/y.ts', 'a/y.js', 'a/deep/z.ts']) project.write(`work/${file}`, '');
  expect([
    pathsOf(await list({ glob: '**/*.ts' })),
    pathsOf(await list({ glob: '*.ts' })),
    pathsOf(await list({ path: 'a', glob: '*.{ts,js}' })),
  ]).toEqual([all('a/deep/z.ts', 'a/y.ts', 'x.ts'), all('x.ts'), all('a/y.js', 'a/y.ts')]);
});

it('leaves out what the manifest ignores and does not walk through it', async () => {
  for (const file of ['a.ts', '.env', 'node_modules/x/index.js', 'a/node_modules/y.js', 'logs/1.log']) {
    project.write(`work/${file}`, '');
  }
  expect(pathsOf(await list({}, { ignore: ['**/node_modules/**', '*.env', '**/*.log'], max_entries: 3 }))).toEqual(
    all('a', 'a.ts', 'logs'),
  );
});

it('shows the first levels first when there is more than it may list', async () => {
  for (const file of ['a/1', 'a/2', 'z']) project.write(`work/${file}`, '');
  expect([pathsOf(await list({}, { max_entries: 2 })), pathsOf(await list({}, { max_entries: 3 }))]).toEqual([
    some('a', 'z'),
    some('a', 'a/1', 'z'),
  ]);
});

it('is not truncated when exactly as many are there as may be listed', async () => {
  for (const file of ['a', 'b']) project.write(`work/${file}`, '');
  expect(pathsOf(await list({}, { max_entries: 2 }))).toEqual(all('a', 'b'));
});

it('shows links and does not follow them', async () => {
  symlinkSync(project.outside, project.path('work/away'));
  symlinkSync('..', project.path('work/up'));
  expect(pathsOf(await list({}))).toEqual(all('away', 'up'));
});

it('hides the state directory', async () => {
  project.write('work/.state/journal.db', '');
  project.write('work/a.txt', '');
  const runtime = await project.runtime({ stateDirectory: './work/.state' });
  expect([
    pathsOf(await runtime.call(toolCall('list_files', {}))),
    verdict(await runtime.call(toolCall('list_files', { path: '.state' }))),
  ]).toEqual([all('a.txt'), 'permission.denied (always: state_dir)']);
});

it.each([
  [{ path: '..' }, 'permission.denied (tools.list_files.root)'],
  [{ path: '/etc' }, 'permission.denied (tools.list_files.root)'],
  [{ path: 'away' }, 'permission.denied (tools.list_files.root)'],
  [{ path: 'a\0' }, 'tool.invalid_input'],
  [{ path: '' }, 'tool.invalid_input'],
  [{ path: 'none' }, 'tool.not_found'],
  [{ path: 'a.txt' }, 'tool.not_found'],
  [{ depth: 0 }, 'tool.invalid_input'],
  [{ glob: '{a,b}'.repeat(7) }, 'tool.invalid_input'],
  [{ pattern: '*' }, 'tool.invalid_input'],
])('refuses %j', async (arguments_, expected) => {
  project.write('work/a.txt', '');
  symlinkSync(project.outside, project.path('work/away'));
  expect(verdict(await list(arguments_))).toBe(expected);
});

it('says what is wrong with a path that is no directory', async () => {
  project.write('work/a.txt', '');
  expect(await list({ path: 'a.txt' })).toEqual({
    ok: false,
    failure: {
      code: 'tool.not_found',
      message: 'Tool "list_files" could not list "a.txt": a part of the path is no directory.',
    },
  });
});

it('denies a directory that may not be read', async () => {
  mkdirSync(project.path('work/a'));
  const runtime = await project.runtime({ permissions: { filesystem: { write: ['.'] } } });
  expect(verdict(await runtime.call(toolCall('list_files', {})))).toBe(
    'permission.denied (permissions.filesystem.read)',
  );
});
