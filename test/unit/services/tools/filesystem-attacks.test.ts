import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject, makePipe } from './tool-project.ts';

/* Ways out of the root of a tool. Each is closed by a guard of its own. */

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
  project.write('work/inside.txt', 'inside');
});

afterEach(async () => {
  // Nothing outside was written, whatever a tool was asked for.
  const left = [readdirSync(project.outside), readFileSync(`${project.outside}/secret.txt`, 'utf8')];
  await project.remove();
  if (JSON.stringify(left) !== '[["secret.txt"],"secret"]') throw new Error(`Written outside: ${JSON.stringify(left)}`);
});

const root = './work';
const tools = {
  read: { type: 'filesystem.read_file', root },
  list: { type: 'filesystem.list', root },
  search: { type: 'filesystem.search', root },
  write: { type: 'filesystem.write_file', root },
  patch: { type: 'filesystem.patch', root },
} as const satisfies Record<string, ToolSpec>;
type ToolName = keyof typeof tools;

const rest: Readonly<Record<ToolName, object>> = {
  read: {},
  list: {},
  search: { pattern: 'secret' },
  write: { text: 'written' },
  patch: { edits: [{ search: 'secret', replace: 'written' }] },
};
const reading = ['read', 'list', 'search'] as const;
const writing = ['write', 'patch'] as const;

async function verdicts(
  names: readonly ToolName[],
  path: string,
  options: Partial<ToolRuntimeOptions> = {},
): Promise<readonly string[]> {
  const runtime = await project.runtime({ tools, ...options });
  const outcomes = [];
  for (const name of names) outcomes.push(verdict(await runtime.call(toolCall(name, { path, ...rest[name] }))));
  return outcomes.map((outcome) => outcome.replace(/tools\.\w+\.root/u, 'root'));
}

const every = (count: number, expected: string): readonly string[] => Array.from({ length: count }, () => expected);
const outsideOfRoot = 'permission.denied (root)';

describe('a path that leads out by its text', () => {
  it.each(['..', '../../outside/secret.txt', 'a/../../../outside', './/..//..//outside', '/etc/passwd', '/'])(
    'is denied to every tool: %s',
    async (path) => {
      expect(await verdicts([...reading, ...writing], path)).toEqual(every(5, outsideOfRoot));
    },
  );

  it('is no name with half of a character, which would be written down as another one than it is', async () => {
    expect(await verdicts([...reading, ...writing], 'inside\uD800')).toEqual(every(5, 'tool.invalid_input'));
  });

  it('is no way in with a NUL behind which it goes on', async () => {
    expect(await verdicts([...reading, ...writing], 'inside.txt\0/../../outside')).toEqual(
      every(5, 'tool.invalid_input'),
    );
  });

  it.each([
    '%2e%2e/%2e%2e/outside/secret.txt',
    '..%2f..%2foutside%2fsecret.txt',
    '%252e%252e/outside',
    String.raw`..\..\outside\secret.txt`,
    '\u2025/\u2025/outside/secret.txt',
    '\uFF0E\uFF0E/\uFF0E\uFF0E/outside/secret.txt',
    '..\u2215..\u2215outside\u2215secret.txt',
    '.\u200B./.\u200B./outside/secret.txt',
    '~/secret.txt',
    '$HOME/secret.txt',
    '${HOME}/secret.txt',
    'file:///etc/passwd',
  ])('is taken as the name it is, and never decoded: %j', async (path) => {
    expect(await verdicts([...reading, 'patch'], path)).toEqual(every(4, 'tool.not_found'));
  });
});

describe('a link', () => {
  beforeEach(() => {
    symlinkSync(project.outside, project.path('work/directory'));
    symlinkSync('directory', project.path('work/chain'));
    symlinkSync('../../outside', project.path('work/relative'));
    symlinkSync(`${project.outside}/secret.txt`, project.path('work/file'));
    symlinkSync(`${project.outside}/new.txt`, project.path('work/dangling'));
    symlinkSync('/proc/self', project.path('work/process'));
  });

  it.each(['directory/secret.txt', 'chain/secret.txt', 'relative/secret.txt', 'file'])(
    'to the outside is followed by no tool: %s',
    async (path) => {
      expect(await verdicts(reading, path)).toEqual(every(3, outsideOfRoot));
      expect(await verdicts(writing, path)).toEqual(every(2, 'permission.denied (always: no writes through links)'));
    },
  );

  it('to what is not there makes nothing there', async () => {
    expect(await verdicts(['write'], 'dangling')).toEqual(['permission.denied (always: no writes through links)']);
  });

  it('to files of the kernel is denied even where everything may be read', async () => {
    const all = Object.fromEntries(reading.map((name) => [name, { ...tools[name], root: '/' }]));
    const permissions = { filesystem: { read: ['/'] } };
    const path = project.path('work/process/environ');
    expect(await verdicts(reading, path, { tools: all, permissions })).toEqual(
      every(3, 'permission.denied (always: kernel files)'),
    );
  });

  it('to the state directory is denied, and so is the way around', async () => {
    project.write('work/State/journal', 'secret');
    symlinkSync('State', project.path('work/elsewhere'));
    const options = { stateDirectory: './work/State' };
    const denied = 'permission.denied (always: state_dir)';
    for (const path of ['State/journal', 'a/../State/journal', 'elsewhere/journal', 'state/journal']) {
      const seen = await verdicts(['read', 'write', 'patch'], path, options);
      const expected = path.startsWith('elsewhere') ? 'permission.denied (always: no writes through links)' : denied;
      expect([path, ...seen]).toEqual([path, denied, expected, expected]);
    }
  });
});

it('does not take the state directory for another one when it is written in another normal form', async () => {
  const [composed, decomposed] = ['work/\u00E9tat', '\u0065\u0301tat/journal'];
  expect(await verdicts(['read', 'write', 'patch'], decomposed, { stateDirectory: `./${composed}` })).toEqual(
    every(3, 'permission.denied (always: state_dir)'),
  );
});

it('writes to no file that has a name elsewhere: outside, in .git or in the state directory', async () => {
  project.write('work/.git/hooks/pre-commit', 'secret');
  project.write('state/journal', 'secret');
  linkSync(`${project.outside}/secret.txt`, project.path('work/outside'));
  linkSync(project.path('work/.git/hooks/pre-commit'), project.path('work/hook'));
  linkSync(project.path('state/journal'), project.path('work/journal'));
  for (const path of ['outside', 'hook', 'journal']) {
    expect(await verdicts(writing, path, { stateDirectory: './state' })).toEqual(
      every(2, 'permission.denied (always: no writes to hard links)'),
    );
  }
  expect(readFileSync(project.path('work/.git/hooks/pre-commit'), 'utf8')).toBe('secret');
});

it('reads a file by a second name in the root, as docs/security.md says, and leaves it as it is', async () => {
  linkSync(`${project.outside}/secret.txt`, project.path('work/outside'));
  expect(await verdicts(reading, 'outside')).toEqual(['ok', 'tool.not_found', 'ok']);
  expect(await verdicts(writing, 'outside')).toEqual(every(2, 'permission.denied (always: no writes to hard links)'));
  expect(readFileSync(`${project.outside}/secret.txt`, 'utf8')).toBe('secret');
});

it('waits for no pipe and no socket, and opens no device', async () => {
  makePipe(project.path('work/pipe'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(project.path('work/socket'), resolve));
  const special = 'permission.denied (always: regular files)';
  const seen = [];
  for (const path of ['pipe', 'socket']) seen.push(...(await verdicts(['read', 'write', 'patch'], path)));
  await new Promise((resolve) => server.close(resolve));
  expect(seen).toEqual(every(6, special));
  const all = { read: { ...tools.read, root: '/' }, write: { ...tools.write, root: '/' } };
  const permissions = { filesystem: { read: ['/'], write: ['/'] } };
  for (const path of ['/dev/zero', '/dev/null', '/dev/tty']) {
    expect(await verdicts(['read', 'write'], path, { tools: all, permissions })).toEqual(every(2, special));
  }
});

describe('git', () => {
  it.each([
    '.git/hooks/pre-commit',
    '.GIT/config',
    '.Git',
    'sub/.git/config',
    'sub/.git',
    '.git /config',
    '.git./config',
    '.git::$INDEX_ALLOCATION/config',
    'git~1/config',
    'GIT~2/config',
    '.g\u200Cit/config',
    '\uFF0Egit/config',
    './/.git//config',
    'a/../.git/config',
  ])('gets nothing written into a directory that may be its own: %j', async (path) => {
    expect(await verdicts(writing, path)).toEqual(every(2, 'permission.denied (always: .git)'));
  });

  const bare = 'permission.denied (always: directories of git)';

  it('gets nothing written into a directory that ".git" links or points to, nor into one that lies bare', async () => {
    for (const mark of ['HEAD', 'objects/x', 'refs/x', 'hooks/pre-commit'])
      project.write(`work/real/${mark}`, 'secret');
    symlinkSync('real', project.path('work/.git'));
    for (const path of ['real/hooks/pre-commit', 'real/config', 'real/worktrees/one/config.worktree']) {
      expect(await verdicts(['write'], path)).toEqual([bare]);
    }
    expect(await verdicts(['patch'], 'real/hooks/pre-commit')).toEqual([bare]);
    const inside = { write: { ...tools.write, root: './work/real/hooks' } };
    expect(await verdicts(['write'], 'pre-commit', { tools: inside })).toEqual([bare]);
  });

  it('finds no directory of its own that was made file by file', async () => {
    const paths = ['bare/config', 'bare/hooks/post-index-change', 'bare/objects/x', 'bare/HEAD', 'bare/refs/x'];
    const seen = [];
    for (const path of paths) seen.push(...(await verdicts(['write'], path)));
    expect(seen).toEqual(['ok', 'ok', 'ok', 'ok', bare]);
  });

  it('leaves names alone that only begin like its own', async () => {
    const seen = [];
    for (const path of ['.gitignore', '.github/ci.yml', 'git/HEAD']) seen.push(...(await verdicts(['write'], path)));
    expect(seen).toEqual(every(3, 'ok'));
  });
});

it('takes names with line ends, blanks and dots as they are, and shows them on one line', async () => {
  const names = ['a\nb.txt', 'a ', 'a.', '-rf', ' ', 'a\u0301.txt', '\u00E1.txt', '\u202Egnp.txt'];
  const seen = [];
  for (const name of names) seen.push(...(await verdicts(['write'], name)));
  expect([seen, readdirSync(project.path('work')).toSorted()]).toEqual([
    every(names.length, 'ok'),
    ['inside.txt', ...names].toSorted(),
  ]);
  const runtime = await project.runtime({ tools });
  const { message } = failureIn(await runtime.call(toolCall('read', { path: 'no\nsuch\u001B[2Jfile' })));
  expect(message).toBe(String.raw`Tool "read" could not read "no\nsuch\u001b[2Jfile": it does not exist.`);
});

it('fails on names and paths that are too long', async () => {
  expect(await verdicts([...reading, ...writing], 'x'.repeat(300))).toEqual(every(5, 'tool.failed'));
  expect(await verdicts([...reading, ...writing], 'x/'.repeat(2_500))).toEqual(every(5, 'tool.invalid_input'));
});

it('reads no more of a huge file than its limit, and replaces none', async () => {
  truncateSync(project.write('work/huge', ''), 4 * 1024 ** 4);
  expect(await verdicts(['read', 'write', 'patch'], 'huge')).toEqual(every(3, 'tool.output_limit'));
  expect(await verdicts(['search'], 'huge')).toEqual(['ok']);
});

it('makes the missing directories of its root in the root that was checked', async () => {
  const later = { write: { ...tools.write, root: './later/deep/root' } };
  const runtime = await project.runtime({ tools: later });
  mkdirSync(project.path('later'));
  symlinkSync(project.outside, project.path('later/deep'));
  expect(verdict(await runtime.call(toolCall('write', { path: 'a.txt', text: 'a' })))).toBe(
    'permission.denied (always: no writes through links)',
  );
});
