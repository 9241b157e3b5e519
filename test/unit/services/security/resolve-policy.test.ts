import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineError } from '../../../../src/errors/index.ts';
import { resolvePolicy } from '../../../../src/services/security/index.ts';

let directory = '';
const resolve = (declared: string): string => declared;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-engine-policy-')));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('finds the real place of every root, also of one that is not there yet', async () => {
  mkdirSync(path.join(directory, 'real'));
  symlinkSync('real', path.join(directory, 'link'));
  const policy = await resolvePolicy(
    { filesystem: { read: ['.', './link/deep'], write: ['./new/one'] }, commands: { allow: ['npm test', 'pytest *'] } },
    { projectDirectory: directory, stateDirectory: './link', resolve },
  );
  expect(policy).toEqual({
    read: [
      { rule: 'permissions.filesystem.read', declared: '.', path: directory },
      { rule: 'permissions.filesystem.read', declared: './link/deep', path: path.join(directory, 'real/deep') },
    ],
    write: [{ rule: 'permissions.filesystem.write', declared: './new/one', path: path.join(directory, 'new/one') }],
    within: [],
    commands: [
      { declared: 'npm test', words: ['npm', 'test'], anyRest: false },
      { declared: 'pytest *', words: ['pytest'], anyRest: true },
    ],
    stateDirectory: path.join(directory, 'real'),
  });
});

it('permits nothing when nothing is declared', async () => {
  const policy = await resolvePolicy({}, { projectDirectory: directory, stateDirectory: '.state', resolve });
  expect(policy).toEqual({
    read: [],
    write: [],
    within: [],
    commands: [],
    stateDirectory: path.join(directory, '.state'),
  });
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
