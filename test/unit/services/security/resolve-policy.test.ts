import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineError } from '../../../../src/errors/index.ts';
import { checkPermission, resolveLevel, resolvePolicy } from '../../../../src/services/security/index.ts';

let directory = '';
const resolve = (declared: string): string => declared;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-engine-policy-')));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('finds the real place of every root, also of one that is not there yet', async () => {
  mkdirSync(path.join(directory, 'real'));
  symlinkSync('real', path.join(directory, 'link'));
  const storeFiles = [{ file: path.join(directory, 'link/memory.json'), isPerTask: false }];
  const policy = await resolvePolicy(
    { filesystem: { read: ['.', './link/deep'], write: ['./new/one'] }, commands: { allow: ['npm test', 'pytest *'] } },
    {
      projectDirectory: directory,
      stateDirectory: './link',
      secretFiles: ['./link/key'],
      storeFiles,
      ownFiles: ['link/tools.yaml'],
      resolve,
    },
  );
  expect(policy).toEqual({
    levels: [
      {
        name: 'engine',
        rules: {
          filesystem: {
            read: {
              rule: 'permissions.filesystem.read',
              paths: [
                { declared: '.', path: directory },
                { declared: './link/deep', path: path.join(directory, 'real/deep') },
              ],
              outside: 'it lies outside ".", "./link/deep"',
              hint: 'Add its directory to engine.permissions.filesystem.read.',
            },
            write: {
              rule: 'permissions.filesystem.write',
              paths: [{ declared: './new/one', path: path.join(directory, 'new/one') }],
              outside: 'it lies outside "./new/one"',
              hint: 'Add its directory to engine.permissions.filesystem.write.',
            },
          },
          command: {
            rule: 'permissions.commands.allow',
            patterns: [
              { declared: 'npm test', words: ['npm', 'test'], anyRest: false },
              { declared: 'pytest *', words: ['pytest'], anyRest: true },
            ],
            otherwise: 'only "npm test", "pytest *" may be run',
            hint: 'Add the command to engine.permissions.commands.allow; " *" at its end stands for any rest.',
          },
          network: {
            allow: [],
            deny: [],
            hint: 'Add the host to engine.permissions.network.allow.',
            rules: { allow: 'permissions.network.allow', deny: 'permissions.network.deny' },
          },
        },
      },
    ],
    stateDirectory: path.join(directory, 'real'),
    secretFiles: [path.join(directory, 'real/key')],
    storeFiles: [{ file: path.join(directory, 'real/memory.json'), isPerTask: false, isAudit: false }],
    ownFiles: [path.join(directory, 'real/tools.yaml')],
  });
});

it('says nothing about what a lower level does not name', async () => {
  const level = await resolveLevel(
    { name: 'agent', place: 'agents.a.permissions', permissions: { filesystem: { write: [] } } },
    { projectDirectory: directory, resolve },
  );
  expect(level).toEqual({
    name: 'agent',
    rules: {
      filesystem: {
        write: {
          rule: 'agents.a.permissions.filesystem.write',
          paths: [],
          outside: 'no directory is permitted',
          hint: 'Add its directory to agents.a.permissions.filesystem.write.',
        },
      },
    },
  });
});

it('finds the real place of the directory that a glob begins with', async () => {
  mkdirSync(path.join(directory, 'real'));
  symlinkSync('real', path.join(directory, 'link'));
  const read = ['link/*.ts'];
  const policy = await resolvePolicy(
    { filesystem: { read } },
    { projectDirectory: directory, stateDirectory: '.state', resolve },
  );
  const at = (name: string): boolean =>
    checkPermission({ kind: 'filesystem', access: 'read', path: path.join(directory, name) }, policy).allowed;
  expect([at('real/a.ts'), at('real/a.js'), at('link/a.ts')]).toEqual([true, false, false]);
});

it('rejects a permitted command whose quote is not closed', async () => {
  const resolved = resolvePolicy(
    { commands: { allow: ['echo "a'] } },
    { projectDirectory: directory, stateDirectory: '.state', resolve },
  );
  await expect(resolved).rejects.toThrow(
    new EngineError(
      'MANIFEST_VALUE_INVALID',
      'The permitted command "echo "a" cannot be used: a quote is not closed.',
      { hint: 'Correct it in engine.permissions.commands.allow.' },
    ),
  );
});
