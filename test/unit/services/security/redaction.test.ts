import { listedSecrets } from '../../../../src/services/security/secret-names.ts';
import { expect, it } from 'vitest';
import { createEnvironmentValues, secretsOfTools } from '../../../../src/services/security/index.ts';

const secret = 's3cr3t/+ key?';
const pem = `-----BEGIN KEY-----\n${'a1'.repeat(16)}\n${'b2'.repeat(16)}\n-----END KEY-----`;
const values = createEnvironmentValues(['${env:KEY} ${env:PEM} ${env:SHORT}'], {
  KEY: secret,
  PEM: pem,
  SHORT: 'work',
});

it.each([
  ['an address', encodeURIComponent(secret)],
  ['a form', new URLSearchParams({ k: secret }).toString()],
  ['base64', Buffer.from(secret).toString('base64')],
  ['base64 behind a name', Buffer.from(`user:${secret}`).toString('base64')],
  ['base64 behind a longer name', Buffer.from(`users:${secret}:more`).toString('base64')],
  ['base64 for addresses', Buffer.from(`a user:${secret}`).toString('base64url')],
  ['hexadecimal digits', Buffer.from(secret).toString('hex')],
  ['capital hexadecimal digits', Buffer.from(secret).toString('hex').toUpperCase()],
  ['JSON', JSON.stringify(secret)],
])('takes a secret out of a text where it stands as in %s', (_, text) => {
  expect(values.redact(text)).toContain('▇ redacted (KEY)');
});

it('takes lines of a secret of several lines out, and not those that all such secrets have', () => {
  expect(values.redact(pem.replaceAll('\n', '\n> '))).toBe(
    '-----BEGIN KEY-----\n> ▇ redacted (PEM)\n> ▇ redacted (PEM)\n> -----END KEY-----',
  );
});

it('looks for no forms of a short value, which other texts have by chance', () => {
  expect(values.redact(`${Buffer.from('work').toString('hex')} work`)).toBe('776f726b ▇ redacted (SHORT)');
});

it('takes secrets out of keys that a stranger has made, and keeps keys apart that become the same', () => {
  expect(values.redactFree({ [secret]: 1, [` ${secret}`.trim()]: secret, [encodeURIComponent(secret)]: [2] })).toEqual({
    '▇ redacted (KEY)': '▇ redacted (KEY)',
    '▇ redacted (KEY) 2': [2],
  });
});

it('knows what stands in the place of its values, and of no others', () => {
  expect(['a ▇ redacted (KEY)', '▇ redacted (OTHER)', 'KEY'].map(values.holdsMark)).toEqual([true, false, false]);
});

it('counts as surely secret what goes into headers, files, and variables whose names say so', () => {
  const tools = {
    api: { url: '${env:HOST}', headers: { authorization: '${env:LOGIN}' } },
    run: {
      command: 'deploy ${env:DEPLOY_TOKEN} ${file:key}',
      environment: ['API_KEY', 'GIT_AUTHOR_NAME', 'PWD', 'MONKEY'],
    },
  };
  expect(JSON.stringify(secretsOfTools(tools)).match(/(?<=\$\{)[^}]+/gu)).toEqual([
    'env:LOGIN',
    'env:API_KEY',
    'env:DEPLOY_TOKEN',
    'file:key',
  ]);
});

it('takes a secret as large as its file may be out, whole and line by line, and says nothing of it in an error', () => {
  const lines = Array.from({ length: 1_300 }, (_, line) => `${line}`.padStart(48, 'line of a key '));
  const { redact } = createEnvironmentValues(['${env:KEY}'], { KEY: lines.join('\n') });
  expect(redact(`a ${lines.join('\n')} b ${lines[700]} c ${lines[7]?.slice(0, 40)}`)).toBe(
    `a ▇ redacted (KEY) b ▇ redacted (KEY) c ${lines[7]?.slice(0, 40)}`,
  );
});

it('finds a value that another one begins with, and one that begins within what only looked like one', () => {
  const { redact } = createEnvironmentValues(['${env:LONG} ${env:SHORT}'], {
    LONG: 'abcd-abcd-abcd-abcd-abcd!',
    SHORT: 'abcd-abcd',
  });
  expect(redact('abcd-abcd-abcd-abcd-abcd-abcd-abcd-abcd-abcd! abcd-abcd abcd')).toBe(
    '▇ redacted (SHORT)-▇ redacted (SHORT)-▇ redacted (LONG) ▇ redacted (SHORT) abcd',
  );
});

it('takes the key of a service account out, however it is written, and leaves what is public of it', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n';
  const account = { type: 'service_account', token_uri: 'https://oauth2.example/token', private_key: key };
  const { redact } = createEnvironmentValues(['${env:ACCOUNT}'], { ACCOUNT: JSON.stringify(account, null, 2) });
  const mark = '▇ redacted (ACCOUNT)';
  expect(redact(`a ${JSON.stringify(account)} b ${key} c MIIEvQIBADANBgkqhkiG9w0BAQEF d`)).toBe(
    `a {"type":"service_account","token_uri":"https://oauth2.example/token","private_key":"${mark}"} b ${mark} c ${mark} d`,
  );
  expect(redact('  "type": "service_account",')).toBe('  "type": "service_account",');
});

it('takes out what stands below a key that tells of secrets, at any depth', () => {
  const file = {
    client_secret: 'one long secret value',
    credentials: { list: [{ value: 'another long secret value' }] },
  };
  const { redact } = createEnvironmentValues(['${env:FILE}'], { FILE: JSON.stringify(file) });
  expect(redact('a one long secret value b another long secret value c')).toBe(
    'a ▇ redacted (FILE) b ▇ redacted (FILE) c',
  );
});

it('takes values out that tools list by names which tell of secrets, and no counts or places', () => {
  const names = [
    'GITHUB_TOKEN',
    'MAX_TOKENS',
    'TOKENIZERS_PARALLELISM',
    'SSH_AUTH_SOCK',
    'PRIVATE_KEY_PATH',
    'API_KEY',
  ];
  const tools = { run: { environment: names } };
  expect(listedSecrets(tools)).toEqual(['${env:GITHUB_TOKEN}', '${env:API_KEY}']);
});
