import { expect, it } from 'vitest';
import { EngineError } from '../../../../src/errors/index.ts';
import { createEnvironmentValues, withEnvironment } from '../../../../src/services/security/index.ts';

const declared = ['${env:KEY}', { more: 'x ${env:LONGER} ${env:SHORT}', again: ['${env:LINE}'] }];
const environment = { KEY: 's3cr3t', LONGER: 's3cr3t-and.more', SHORT: 'abc', LINE: ' (line)\n', OTHER: 'other' };
const values = createEnvironmentValues(declared, environment);

it('puts values in wherever a part of a manifest names them', () => {
  expect(withEnvironment(declared, environment)).toEqual([
    's3cr3t',
    { more: 'x s3cr3t-and.more abc', again: [' (line)\n'] },
  ]);
});

it.each(['MISSING', 'constructor'])('says that %s is not set', (name) => {
  const error = new EngineError('MANIFEST_ENVIRONMENT_MISSING', `The environment variable "${name}" is not set.`, {
    hint: `Set ${name}, or take \${env:${name}} out of the manifest.`,
  });
  expect(() => withEnvironment({ a: `\${env:${name}}` }, {})).toThrow(error);
  expect(() => createEnvironmentValues([`\${env:${name}}`], {})).toThrow(error);
});

it('knows only what was declared', () => {
  expect(values.resolve('${env:KEY} ${env:OTHER}')).toBe('s3cr3t ${env:OTHER}');
});

it('takes values out of a text, the longest first, and with or without the blanks around them', () => {
  expect(values.redact('a s3cr3t, s3cr3t-and.more, s3cr3t-andXmore, (line), abc, other')).toBe(
    'a ▇ redacted (KEY), ▇ redacted (LONGER), ▇ redacted (KEY)-andXmore, ▇ redacted (LINE), abc, other',
  );
});

it('takes the beginning of a value off a text that was cut', () => {
  expect([values.redactCut('key: s3cr3'), values.redactCut('s3cr3t-and.mo\uFFFD'), values.redactCut('s3c')]).toEqual([
    'key: ▇ redacted (KEY)',
    '▇ redacted (KEY)-and.mo\uFFFD',
    's3c',
  ]);
});

it('takes values out of every text of a failure', () => {
  const failure = { code: 'tool.failed', message: 'no s3cr3t', details: { tried: ['s3cr3t', 1, null] } };
  expect(values.redactAll(failure)).toEqual({
    code: 'tool.failed',
    message: 'no ▇ redacted (KEY)',
    details: { tried: ['▇ redacted (KEY)', 1, null] },
  });
});
