import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import { narrowToRoot, type PermittedRoot } from '../../../../src/services/security/index.ts';
import { holdChild, holdDirectory, openChecked } from '../../../../src/services/tools/filesystem/held.ts';
import { withFileNow } from '../../../../src/services/tools/filesystem/open-now.ts';
import { lookAt, replaceFile } from '../../../../src/services/tools/filesystem/replace-file.ts';
import type { FilesystemScope } from '../../../../src/services/tools/filesystem/scope.ts';
import { makeDirectory, openPlace } from '../../../../src/services/tools/filesystem/write-place.ts';
import { createToolProject, type ToolProject, makePipe } from './tool-project.ts';

// A swap between the check and the opening is replayed by giving the opener a path that has gone bad meanwhile.

let project: ToolProject;
let scope: FilesystemScope;

beforeEach(() => {
  project = createToolProject();
  const root: PermittedRoot = { rule: 'tools.tool.root', declared: './work', path: project.path('work') };
  const policy = narrowToRoot({ levels: [], stateDirectory: project.path('.state') }, root);
  scope = { tool: 'tool', root, writtenRoot: root.path, policy };
  project.write('work/src/secret.txt', 'harmless');
});

afterEach(async () => await project.remove());

async function failureOfAttempt(attempt: Promise<unknown>): Promise<unknown> {
  const error: unknown = await attempt.then(
    () => 'it was opened',
    (thrown: unknown) => thrown,
  );
  return failureOf(error) ?? error;
}

function swap(directory: string, target: string): void {
  renameSync(directory, `${directory}-moved`);
  symlinkSync(target, directory);
}

const denial = {
  code: 'permission.denied',
  message: 'Tool "tool" may not read "src/secret.txt": it lies outside the root "./work" (rule tools.tool.root).',
  hint: 'Stay inside what the manifests permit; no setting allows this.',
  details: { level: 'tool', rule: 'tools.tool.root' },
};

it('denies a file when a directory on the way became a link to the outside', async () => {
  swap(project.path('work/src'), project.outside);
  const target = { access: 'read', asked: 'src/secret.txt', path: project.path('work/src/secret.txt') } as const;
  expect(await failureOfAttempt(openChecked(scope, target))).toEqual(denial);
});

it('denies a file that is read at once when a directory on the way became a link to the outside', async () => {
  swap(project.path('work/src'), project.outside);
  const target = { access: 'read', asked: 'src/secret.txt', path: project.path('work/src/secret.txt') } as const;
  const read = async () =>
    await Promise.resolve(withFileNow(scope, target, (file) => file.read(Buffer.alloc(10)).toString()));
  expect(await failureOfAttempt(read())).toEqual(denial);
});

it('reads nothing at once when a file became a link, or a pipe', () => {
  const target = { access: 'read', asked: 'src/link', path: project.path('work/src/link') } as const;
  symlinkSync(project.path('work/src/secret.txt'), target.path);
  expect(() => withFileNow(scope, target, () => 'opened')).toThrow('ELOOP');
  rmSync(target.path);
  makePipe(target.path);
  expect(withFileNow(scope, target, ({ isFile }) => isFile)).toBe(false);
});

it('denies a directory when one on the way became a link to the outside', async () => {
  mkdirSync(path.join(project.outside, 'deep'));
  mkdirSync(project.path('work/src/deep'));
  swap(project.path('work/src'), project.outside);
  const target = { access: 'read', asked: 'src/secret.txt', path: project.path('work/src/deep') } as const;
  expect(await failureOfAttempt(holdDirectory(scope, target))).toEqual(denial);
});

it('fails when the file itself became a link', async () => {
  const target = { access: 'read', asked: 'src/secret.txt', path: project.path('work/src/secret.txt') } as const;
  swap(target.path, path.join(project.outside, 'secret.txt'));
  expect(await failureOfAttempt(openChecked(scope, target))).toEqual({
    code: 'tool.failed',
    message: 'Tool "tool" could not read "src/secret.txt": it was replaced while it was being opened.',
    hint: 'Try again when nothing else changes the path.',
  });
});

it('does not wait for a writer when the file became a pipe', async () => {
  const target = { access: 'read', asked: 'pipe', path: project.path('work/pipe') } as const;
  makePipe(target.path);
  const handle = await openChecked(scope, target);
  expect((await handle.stat()).isFIFO()).toBe(true);
  await handle.close();
});

it('fails when a directory on the way became a link to another place inside', async () => {
  project.write('work/other/secret.txt', 'another');
  swap(project.path('work/src'), 'other');
  const target = { access: 'read', asked: 'src/secret.txt', path: project.path('work/src/secret.txt') } as const;
  expect(await failureOfAttempt(openChecked(scope, target))).toMatchObject({ code: 'tool.failed' });
});

it('does not enter a link in place of a directory that is to be written to', async () => {
  const root = await holdDirectory(scope, { access: 'write', asked: 'src/a', path: scope.root.path });
  swap(project.path('work/src'), project.outside);
  const attempt = holdChild(scope, root, { access: 'write', asked: 'src/a', name: 'src' });
  await expect(attempt).rejects.toMatchObject({ code: 'ENOTDIR' });
  await root.handle.close();
});

it.runIf(process.platform === 'linux')(
  'writes into the directory that was checked, though its path leads elsewhere by now',
  async () => {
    const place = await openPlace(scope, 'src/secret.txt', true);
    if ('missing' in place) throw new Error('The directory is there.');
    swap(project.path('work/src'), project.outside);
    const signal = new AbortController().signal;
    const before = await lookAt(scope, place, { signal, maxStartBytes: 100 });
    await replaceFile(place, Buffer.from('written'), { mode: 0o600, signal });
    await place.directory.handle.close();
    const read = async (file: string): Promise<string> => {
      const target = { access: 'read', asked: file, path: project.path(file) } as const;
      const handle = await openChecked(scope, target);
      const text = await handle.readFile('utf8');
      await handle.close();
      return text;
    };
    expect([before?.start.toString(), await read('work/src-moved/secret.txt')]).toEqual(['harmless', 'written']);
  },
);

it('makes no directory, and does not try for ever, in one that is held and was removed', async () => {
  const held = await holdDirectory(scope, { access: 'write', asked: 'src/new', path: project.path('work/src') });
  try {
    rmSync(project.path('work/src'), { recursive: true });
    await expect(makeDirectory(held.child('new'))).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await held.handle.close();
  }
});
