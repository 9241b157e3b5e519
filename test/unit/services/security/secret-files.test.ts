import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  createEnvironmentValues,
  readSecretFiles,
  withEnvironment,
  withSecrets,
} from '../../../../src/services/security/index.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'agent-engine-secrets-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const place = (file: string): string => path.join(directory, file);

writeFileSync(place('plain'), 's3cr3t "quoted"\r\n\n');
writeFileSync(place('with a blank, and {no} brace'.replaceAll(/[{}]/gu, '')), 'other\nline\n');
writeFileSync(place('largest'), 'x'.repeat(65_536));
writeFileSync(place('larger'), 'x'.repeat(65_537));
writeFileSync(place('empty'), ' \n');
writeFileSync(place('latin'), Buffer.from([0x73, 0xe4]));
writeFileSync(place('zero'), 'a\0b');
mkdirSync(place('folder'));
execFileSync('/usr/bin/env', ['mkfifo', place('pipe')]);
symlinkSync(place('plain'), place('link'));

async function valueOf(file: string): Promise<unknown> {
  const { values, faults } = await readSecretFiles({ deep: [`Bearer \${file:${file}}`] }, directory);
  return values.get(file) ?? faults.get(file);
}

it.each([
  ['plain', 's3cr3t "quoted"'],
  ['./plain', 's3cr3t "quoted"'],
  ['link', 's3cr3t "quoted"'],
  [place('plain'), 's3cr3t "quoted"'],
  ['with a blank, and no brace', 'other\nline'],
  ['largest', 'x'.repeat(65_536)],
  ['larger', 'is larger than 65536 bytes'],
  ['empty', 'is empty'],
  ['latin', 'is no text'],
  ['zero', 'is no text'],
  ['folder', 'is no file'],
  ['pipe', 'is no file'],
  ['missing', 'is not there'],
  ['plain/below', 'is not there'],
])('reads %s', async (file, value) => {
  expect(await valueOf(file)).toBe(value);
});

it('puts in what a file holds, beside variables, and takes it out again, also as it stands in JSON', async () => {
  const declared = ['${file:plain} ${env:plain} ${file:$plain} ${file:}'];
  const environment = withSecrets({ plain: 'variable' }, await readSecretFiles(declared, directory));
  expect(withEnvironment(declared, environment)).toEqual(['s3cr3t "quoted" variable ${file:$plain} ${file:}']);
  const values = createEnvironmentValues([], environment, declared);
  expect(values.redactAll(['s3cr3t "quoted"', 'is {"key":"s3cr3t \\"quoted\\""}', 'variable'])).toEqual([
    '▇ redacted (file:plain)',
    'is {"key":"▇ redacted (file:plain)"}',
    '▇ redacted (plain)',
  ]);
});

it('takes no variable for a file', async () => {
  const declared = ['${file:missing} ${file:plain}'];
  const environment = withSecrets({ 'file:missing': 'variable' }, await readSecretFiles(declared, directory));
  expect(() => withEnvironment(declared, environment)).toThrow(
    expect.objectContaining({
      code: 'MANIFEST_SECRET_UNREADABLE',
      message: 'The secret file "missing" cannot be read.',
    }),
  );
});
