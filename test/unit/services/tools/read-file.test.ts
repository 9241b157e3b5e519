import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolOutcome } from '../../../../src/services/tools/index.ts';
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

async function read(path: unknown, more: Record<string, unknown> = {}): Promise<ToolOutcome> {
  const runtime = await project.runtime();
  return await runtime.call(toolCall('read_file', { path, ...more }));
}

it('reads a text below its root', async () => {
  project.write('work/src/a.txt', 'Grüße\n');
  expect(await read('src/a.txt')).toEqual({ ok: true, output: { path: 'src/a.txt', text: 'Grüße\n', bytes: 8 } });
});

it('reads an empty file', async () => {
  project.write('work/empty', '');
  expect(await read('./empty')).toEqual({ ok: true, output: { path: 'empty', text: '', bytes: 0 } });
});

it('takes an absolute path inside the root, and one that comes back into it', async () => {
  project.write('work/a.txt', 'a');
  const output = { ok: true, output: { path: 'a.txt', text: 'a', bytes: 1 } };
  expect([await read(project.path('work/a.txt')), await read('deep/../a.txt')]).toEqual([output, output]);
});

it('follows a link that stays inside', async () => {
  project.write('work/real.txt', 'real');
  symlinkSync('real.txt', project.path('work/link.txt'));
  expect(await read('link.txt')).toEqual({ ok: true, output: { path: 'link.txt', text: 'real', bytes: 4 } });
});

it('reads a file with several names', async () => {
  project.write('work/a.txt', 'a');
  linkSync(project.path('work/a.txt'), project.path('work/b.txt'));
  expect(verdict(await read('b.txt'))).toBe('ok');
});

it('gives a file that is no text as base64, byte order mark included', async () => {
  project.write('work/image', Buffer.from([0xff, 0xd8, 0x00]));
  project.write('work/mark.txt', Buffer.from([0xef, 0xbb, 0xbf, 0x61]));
  expect([await read('image', { encoding: 'base64' }), await read('mark.txt')]).toEqual([
    { ok: true, output: { path: 'image', base64: '/9gA', bytes: 3 } },
    { ok: true, output: { path: 'mark.txt', text: '\uFEFFa', bytes: 4 } },
  ]);
});

it('fails on what is no UTF-8 text and says how to read it', async () => {
  project.write('work/latin.txt', Buffer.from([0x61, 0xe4]));
  expect(await read('latin.txt')).toEqual({
    ok: false,
    failure: {
      code: 'tool.failed',
      message: 'Tool "read_file" could not read "latin.txt": it is no UTF-8 text.',
      hint: 'Pass encoding: base64 to read what is no text.',
    },
  });
});

it('fails on a file over the limit, and reads its start when asked for no more', async () => {
  project.write('work/long.txt', 'äöü');
  const runtime = await project.runtime({
    tools: { read_file: { ...filesystemTools.read_file, max_output_bytes: 5 } },
  });
  const whole = await runtime.call(toolCall('read_file', { path: 'long.txt' }));
  const start = await runtime.call(toolCall('read_file', { path: 'long.txt', max_bytes: 3 }));
  const tooMuch = await runtime.call(toolCall('read_file', { path: 'long.txt', max_bytes: 1_000 }));
  expect([whole, start, tooMuch]).toEqual([
    {
      ok: false,
      failure: {
        code: 'tool.output_limit',
        message: 'The file "long.txt", read whole, as output of tool "read_file" is larger than 5 bytes.',
        hint: 'Pass max_bytes to read its start, or raise tools.read_file.max_output_bytes.',
        details: { max_output_bytes: 5 },
      },
    },
    { ok: true, output: { path: 'long.txt', text: 'ä', bytes: 6, truncated: true } },
    { ok: true, output: { path: 'long.txt', text: 'äö', bytes: 6, truncated: true } },
  ]);
});

it('says in words that a file is not there, without its absolute path', async () => {
  expect(await read('none.txt')).toEqual({
    ok: false,
    failure: { code: 'tool.not_found', message: 'Tool "read_file" could not read "none.txt": it does not exist.' },
  });
});

it.each([
  ['..', 'permission.denied (tools.read_file.root)'],
  ['../../outside/secret.txt', 'permission.denied (tools.read_file.root)'],
  ['a/../../work/../../outside/secret.txt', 'permission.denied (tools.read_file.root)'],
  ['/etc/passwd', 'permission.denied (tools.read_file.root)'],
  ['a\0.txt', 'tool.invalid_input'],
  ['', 'tool.invalid_input'],
  [7, 'tool.invalid_input'],
  [undefined, 'tool.invalid_input'],
  ['.', 'tool.failed'],
  ['none/a.txt', 'tool.not_found'],
  ['a.txt/b.txt', 'tool.not_found'],
])('refuses the path %j', async (path, expected) => {
  project.write('work/a.txt', 'a');
  expect(verdict(await read(path ?? null))).toBe(expected);
});

it('refuses a path that is longer than any file system takes', async () => {
  expect([verdict(await read('x'.repeat(300))), verdict(await read('x'.repeat(5_000)))]).toEqual([
    'tool.failed',
    'tool.invalid_input',
  ]);
});

it('names the rule and what was asked for when it denies', async () => {
  expect(await read('../secret.txt')).toEqual({
    ok: false,
    failure: {
      code: 'permission.denied',
      message:
        'Tool "read_file" may not read "../secret.txt": it lies outside the root "./work" (rule tools.read_file.root).',
      hint: 'Stay inside what the manifests permit; no setting allows this.',
      details: { level: 'tool', rule: 'tools.read_file.root' },
    },
  });
});

it('denies a link to a file outside, and one on the way', async () => {
  symlinkSync(`${project.outside}/secret.txt`, project.path('work/file-link'));
  symlinkSync(project.outside, project.path('work/directory-link'));
  expect([verdict(await read('file-link')), verdict(await read('directory-link/secret.txt'))]).toEqual([
    'permission.denied (tools.read_file.root)',
    'permission.denied (tools.read_file.root)',
  ]);
});

it('says that links lead in a circle', async () => {
  symlinkSync('loop', project.path('work/loop'));
  expect(failureIn(await read('loop')).message).toBe(
    'Tool "read_file" could not read "loop": its links lead in a circle.',
  );
});

it('denies a pipe and a socket without waiting for them', async () => {
  makePipe(project.path('work/pipe'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(project.path('work/socket'), resolve));
  const verdicts = [verdict(await read('pipe')), verdict(await read('socket'))];
  await new Promise((resolve) => server.close(resolve));
  expect(verdicts).toEqual(['permission.denied (always: regular files)', 'permission.denied (always: regular files)']);
});

it('denies devices and kernel files even where the whole file system may be read', async () => {
  const runtime = await project.runtime({
    tools: { read_file: { type: 'filesystem.read_file', root: '/' } },
    permissions: { filesystem: { read: ['/'] } },
  });
  const paths = ['/dev/zero', '/proc/self/environ', 'sys/kernel/notes'];
  const outcomes = await Promise.all(
    paths.map(async (path) => await runtime.call(toolCall('read_file', { path, max_bytes: 1 }))),
  );
  expect(outcomes.map(verdict)).toEqual([
    'permission.denied (always: regular files)',
    'permission.denied (always: kernel files)',
    'permission.denied (always: kernel files)',
  ]);
});

it('denies the state directory, directly and by a link', async () => {
  project.write('work/state/journal.db', 'journal');
  symlinkSync('state', project.path('work/other'));
  const runtime = await project.runtime({ stateDirectory: './work/state' });
  const outcomes = await Promise.all(
    ['state/journal.db', 'other/journal.db'].map(async (path) => await runtime.call(toolCall('read_file', { path }))),
  );
  expect(outcomes.map(verdict)).toEqual([
    'permission.denied (always: state_dir)',
    'permission.denied (always: state_dir)',
  ]);
});

it('denies a root that the engine does not permit', async () => {
  project.write('work/a.txt', 'a');
  const runtime = await project.runtime({ permissions: { filesystem: { read: ['./elsewhere'] } } });
  expect(await runtime.call(toolCall('read_file', { path: 'a.txt' }))).toEqual({
    ok: false,
    failure: {
      code: 'permission.denied',
      message:
        'Tool "read_file" may not read "a.txt": it lies outside "./elsewhere" (rule permissions.filesystem.read).',
      hint: 'Add its directory to engine.permissions.filesystem.read.',
      details: { level: 'engine', rule: 'permissions.filesystem.read' },
    },
  });
});

it('denies what a link in place of the root leads to', async () => {
  const runtime = await project.runtime({ tools: { read_file: { type: 'filesystem.read_file', root: './later' } } });
  symlinkSync(project.outside, project.path('later'));
  expect(verdict(await runtime.call(toolCall('read_file', { path: 'secret.txt' })))).toBe(
    'permission.denied (tools.read_file.root)',
  );
});

it('works in a project directory that is reached by a link', async () => {
  project.write('work/a.txt', 'a');
  symlinkSync(project.directory, `${project.outside}/project`);
  mkdirSync(project.path('work/deep'));
  const runtime = await project.runtime({ projectDirectory: `${project.outside}/project` });
  const path = `${project.outside}/project/work/a.txt`;
  expect(await runtime.call(toolCall('read_file', { path }))).toEqual({
    ok: true,
    output: { path: 'a.txt', text: 'a', bytes: 1 },
  });
});
