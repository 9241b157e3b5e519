import { expect, it } from 'vitest';
import type { PermissionsSpec } from '../../../../src/manifest/index.ts';
import {
  checkPermission,
  narrow,
  narrowToRoot,
  resolveLevel,
  resolvePolicy,
  type DeclaredLevel,
  type PermissionLevel,
  type PermissionRequest,
} from '../../../../src/services/security/index.ts';

const places = { projectDirectory: '/project', stateDirectory: '.agent-engine', resolve: (written: string) => written };
const level = async (name: DeclaredLevel['name'], permissions: PermissionsSpec): Promise<PermissionLevel> =>
  await resolveLevel({ name, place: `${name}s.x.permissions`, permissions }, places);

const policy = await resolvePolicy(
  { filesystem: { read: ['.'], write: ['./out'] }, commands: { allow: ['npm test', 'pytest *'] } },
  places,
);

const read = (path: string): PermissionRequest => ({ kind: 'filesystem', access: 'read', path });
const write = (path: string): PermissionRequest => ({ kind: 'filesystem', access: 'write', path });
const run = (...argv: string[]): PermissionRequest => ({ kind: 'command', argv });

it('names the rule that allows a path, and says why', () => {
  expect(checkPermission(read('/project/a.ts'), policy)).toEqual({
    allowed: true,
    level: 'engine',
    rule: 'permissions.filesystem.read',
    reason: 'it lies inside "."',
  });
});

it('refuses a path outside of every root and says how to permit it', () => {
  expect(checkPermission(write('/project/a.ts'), policy)).toEqual({
    allowed: false,
    level: 'engine',
    rule: 'permissions.filesystem.write',
    reason: 'it lies outside "./out"',
    hint: 'Add its directory to engine.permissions.filesystem.write.',
  });
});

it('permits nothing by default', async () => {
  const nothing = await resolvePolicy({}, places);
  expect([checkPermission(read('/project/a.ts'), nothing), checkPermission(run('npm', 'test'), nothing)]).toEqual([
    {
      allowed: false,
      level: 'engine',
      rule: 'permissions.filesystem.read',
      reason: 'no directory is permitted',
      hint: 'Add its directory to engine.permissions.filesystem.read.',
    },
    {
      allowed: false,
      level: 'engine',
      rule: 'permissions.commands.allow',
      reason: 'no command is permitted',
      hint: 'Add the command to engine.permissions.commands.allow; " *" at its end stands for any rest.',
    },
  ]);
});

it('does not take a directory for inside because its name begins the same', () => {
  expect(checkPermission(read('/project-two/a.ts'), policy).allowed).toBe(false);
});

it('allows the root itself and names that begin with two dots', () => {
  expect([read('/project'), read('/project/..a')].map((request) => checkPermission(request, policy).allowed)).toEqual([
    true,
    true,
  ]);
});

it('lets a level below narrow and never widen', () => {
  const narrowed = narrowToRoot(policy, { rule: 'tools.reader.root', declared: './src', path: '/project/src' });
  const elsewhere = narrowToRoot(policy, { rule: 'tools.reader.root', declared: '/etc', path: '/etc' });
  expect([
    checkPermission(read('/project/src/a.ts'), narrowed).allowed,
    checkPermission(read('/project/a.ts'), narrowed).rule,
    checkPermission(read('/etc/passwd'), elsewhere).rule,
  ]).toEqual([true, 'tools.reader.root', 'permissions.filesystem.read']);
});

const open = await resolvePolicy({ filesystem: { read: ['/'], write: ['/'] } }, places);

it.each([
  ['state_dir is read', read('/project/.agent-engine/state.db'), 'always: state_dir'],
  ['state_dir is written', write('/project/.agent-engine'), 'always: state_dir'],
  ['a kernel file is read', read('/proc/self/environ'), 'always: kernel files'],
  ['a kernel setting is written', write('/sys/power/state'), 'always: kernel files'],
  ['.git is written', write('/project/.git/hooks/pre-commit'), 'always: .git'],
  ['.git is written in other letters', write('/project/.GIT/config'), 'always: .git'],
  ['.git is written by its short name', write('/project/GIT~1/config'), 'always: .git'],
  ['a path is relative', read('a.ts'), 'always: paths are resolved first'],
  ['a path is not normalised', read('/project/../etc/passwd'), 'always: paths are resolved first'],
  ['a path holds NUL', read('/project/a\0b'), 'always: paths are resolved first'],
])('refuses whatever the roots say when %s', (_case, request, rule) => {
  const { allowed, rule: decidedBy } = checkPermission(request, open);
  expect({ allowed, rule: decidedBy }).toEqual({ allowed: false, rule });
});

it('lets .git and files like it be read or written', () => {
  const requests = [read('/project/.git/HEAD'), write('/project/.gitignore'), write('/project/a.git/b')];
  expect(requests.map((request) => checkPermission(request, open).allowed)).toEqual([true, true, true]);
});

it.each([
  [['npm', 'test'], true],
  [['npm', 'test', '--fix'], false],
  [['npm'], false],
  [['npm test'], false],
  [['pytest'], true],
  [['pytest', '-k', 'x; rm -rf /'], true],
  [['./pytest'], false],
  [['PYTEST'], false],
  [[], false],
])('decides on %j by whole words', (argv, allowed) => {
  expect(checkPermission(run(...argv), policy).allowed).toBe(allowed);
});

it('names the commands that may be run', () => {
  expect(checkPermission(run('rm'), policy).reason).toBe('only "npm test", "pytest *" may be run');
});

it('goes through the levels from the widest on, and says which was the first to refuse', async () => {
  const levels = [
    await level('task', { filesystem: { write: ['./out/b'] } }),
    await level('agent', { filesystem: { write: ['./out/a', './out/b'] }, commands: { allow: [] } }),
  ];
  const narrowed = narrow(policy, levels);
  const decide = (request: PermissionRequest): unknown[] => {
    const { allowed, level: by, rule } = checkPermission(request, narrowed);
    return [allowed, by, rule];
  };
  expect(
    [write('/project/x'), write('/project/out/x'), write('/project/out/a/x'), write('/project/out/b/x')].map(decide),
  ).toEqual([
    [false, 'engine', 'permissions.filesystem.write'],
    [false, 'agent', 'agents.x.permissions.filesystem.write'],
    [false, 'task', 'tasks.x.permissions.filesystem.write'],
    [true, 'task', 'tasks.x.permissions.filesystem.write'],
  ]);
  expect([read('/project/a'), run('npm', 'test')].map(decide)).toEqual([
    [true, 'engine', 'permissions.filesystem.read'],
    [false, 'agent', 'agents.x.permissions.commands.allow'],
  ]);
});

it('allows nothing at a lower level that an upper one refuses', async () => {
  const wide = { filesystem: { read: ['/'], write: ['/'] }, commands: { allow: ['*'] } };
  const widened = narrow(policy, [await level('tool', wide), await level('agent', wide), await level('task', wide)]);
  const requests = [read('/etc/passwd'), write('/project/a'), run('rm', '-rf', '/')];
  expect(requests.map((request) => checkPermission(request, widened))).toEqual(
    requests.map((request) => checkPermission(request, policy)),
  );
});

it('refuses what no level says anything about', () => {
  const { allowed, rule } = checkPermission(read('/project/a'), { levels: [], stateDirectory: '/state' });
  expect({ allowed, rule }).toEqual({ allowed: false, rule: 'always: nothing by default' });
});

it('takes a glob for the files that it matches, and lets directories on the way to them be listed', async () => {
  const globs = await resolvePolicy({ filesystem: { read: ['src/**/*.{ts,md}', 'docs'] } }, places);
  const isRead = (path: string): boolean => checkPermission(read(path), globs).allowed;
  const isListed = (path: string): boolean =>
    checkPermission({ kind: 'filesystem', access: 'list', path }, globs).allowed;
  expect(['/project/src/a.ts', '/project/src/x/.b.md', '/project/docs/a.txt'].filter(isRead)).toHaveLength(3);
  expect(['/project/src', '/project/src/a.js', '/project/a.ts', '/project/other/src/a.ts'].filter(isRead)).toEqual([]);
  expect(['/project/src', '/project/src/x', '/project'].filter(isListed)).toEqual(['/project/src', '/project/src/x']);
});

it('takes "[" and "!" in a permitted path for themselves', async () => {
  const odd = await resolvePolicy({ filesystem: { read: ['app/[id]', '!src/*'] } }, places);
  const paths = ['/project/app/[id]/a.ts', '/project/app/i/a.ts', '/project/!src/a', '/project/src/a', '/project/b'];
  expect(paths.filter((path) => checkPermission(read(path), odd).allowed)).toEqual([
    '/project/app/[id]/a.ts',
    '/project/!src/a',
  ]);
});

it('lets work be done in a directory that may be read or written', () => {
  const paths = ['/project/out', '/project', '/elsewhere'];
  expect(paths.filter((path) => checkPermission({ kind: 'filesystem', access: 'work', path }, policy).allowed)).toEqual(
    ['/project/out', '/project'],
  );
});
