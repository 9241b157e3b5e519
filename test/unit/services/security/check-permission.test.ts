import { expect, it } from 'vitest';
import {
  checkPermission,
  narrowToRoot,
  type PermissionPolicy,
  type PermissionRequest,
} from '../../../../src/services/security/index.ts';

const policy: PermissionPolicy = {
  read: [{ rule: 'permissions.filesystem.read', declared: '.', path: '/project' }],
  write: [{ rule: 'permissions.filesystem.write', declared: './out', path: '/project/out' }],
  within: [],
  commands: [
    { declared: 'npm test', words: ['npm', 'test'], anyRest: false },
    { declared: 'pytest *', words: ['pytest'], anyRest: true },
  ],
  stateDirectory: '/project/.agent-engine',
};

const read = (path: string): PermissionRequest => ({ kind: 'filesystem', access: 'read', path });
const write = (path: string): PermissionRequest => ({ kind: 'filesystem', access: 'write', path });
const run = (...argv: string[]): PermissionRequest => ({ kind: 'command', argv });

it('names the rule that allows a path, and says why', () => {
  expect(checkPermission(read('/project/a.ts'), policy)).toEqual({
    allowed: true,
    rule: 'permissions.filesystem.read',
    reason: 'it lies inside "."',
  });
});

it('refuses a path outside of every root and says how to permit it', () => {
  expect(checkPermission(write('/project/a.ts'), policy)).toEqual({
    allowed: false,
    rule: 'permissions.filesystem.write',
    reason: 'it lies outside "./out"',
    hint: 'Add its directory to engine.permissions.filesystem.write.',
  });
});

it('permits nothing by default', () => {
  const nothing = { ...policy, read: [], commands: [] };
  expect([checkPermission(read('/project/a.ts'), nothing), checkPermission(run('npm', 'test'), nothing)]).toEqual([
    {
      allowed: false,
      rule: 'permissions.filesystem.read',
      reason: 'no directory is permitted',
      hint: 'Add its directory to engine.permissions.filesystem.read.',
    },
    {
      allowed: false,
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

const open: PermissionPolicy = {
  ...policy,
  read: [{ rule: 'permissions.filesystem.read', declared: '/', path: '/' }],
  write: [{ rule: 'permissions.filesystem.write', declared: '/', path: '/' }],
};

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
