import { expect, it } from 'vitest';
import { asCalled, directoryWord, programWords, shellWord } from '../../../../src/cli/text/shell-words.ts';

it.each([
  ['plain/path-1.yaml', 'plain/path-1.yaml'],
  ['two words', "'two words'"],
  ["it's", String.raw`'it'\''s'`],
  ['$HOME', "'$HOME'"],
  ['', "''"],
  ['🐙', "'🐙'"],
])('quotes %j where a shell would read it otherwise', (word, expected) => {
  expect(shellWord(word, 'linux')).toBe(expected);
});

it('quotes for the shell of Windows in its own way', () => {
  expect(shellWord('two "words"', 'win32')).toBe('"two ""words"""');
});

it.each([
  ['/home/me/project', '/home/me', 'project'],
  ['/home/me', '/home/me', '.'],
  ['/home/me/-dash', '/home/me', './-dash'],
  ['/home/other', '/home/me', '../other'],
  ['/tmp/p', '/home/me/deep/down', '/tmp/p'],
])('writes %s seen from %s as %s', (directory, from, expected) => {
  expect(directoryWord(directory, from)).toBe(expected);
});

it.each([
  ['/usr/local/bin/agent-engine', {}, 'agent-engine'],
  ['/app/node_modules/.bin/agent-engine', {}, 'npx agent-engine'],
  ['/app/node_modules/agent-engine/bin/agent-engine.js', {}, 'npx agent-engine'],
  ['/repo/bin/agent-engine.js', {}, 'node bin/agent-engine.js'],
  [
    '/repo/bin/agent-engine.js',
    { npm_lifecycle_event: 'start', npm_package_name: 'agent-engine' },
    'npm run -s agent-engine --',
  ],
])('knows how to call %s again', (script, environment, expected) => {
  expect(programWords({ script, directory: '/repo', environment })).toBe(expected);
});

it.each([
  ['agent-engine', 'See it with: agent-engine show one'],
  ['node bin/agent-engine.js', 'See it with: node bin/agent-engine.js show one'],
  ['npm run -s agent-engine --', 'See it with: npm run -s agent-engine -- show one'],
  ['npx agent-engine', 'See it with: npx agent-engine show one'],
])('writes commands of a hint for who calls it as %s, once', (program, expected) => {
  const written = asCalled('See it with: agent-engine show one', program);
  expect([written, asCalled(written, program)]).toEqual([expected, expected]);
});
