import { expect, it } from 'vitest';
import { matchesCommand, readCommandPattern, splitCommandWords } from '../../../src/manifest/index.ts';

it.each([
  ['npm test', ['npm', 'test']],
  ['  npm \t test  ', ['npm', 'test']],
  [`node -e "console.log('a b')"`, ['node', '-e', "console.log('a b')"]],
  [`echo 'a "b" c'`, ['echo', 'a "b" c']],
  [String.raw`echo "say \"hi\" \\ \n"`, ['echo', String.raw`say "hi" \ \n`]],
  [`a'b c'"d e"f`, ['ab cd ef']],
  [`echo ''`, ['echo', '']],
  ['echo $HOME *.ts `id`', ['echo', '$HOME', '*.ts', '`id`']],
  [String.raw`C:\tools\run.exe`, [String.raw`C:\tools\run.exe`]],
])('splits %s', (line, words) => {
  expect(splitCommandWords(line)).toEqual({ ok: true, words, shellOperators: [] });
});

it.each([
  ['echo "a', 'a quote is not closed'],
  ["echo it's", 'a quote is not closed'],
  ['  ', 'it is empty'],
  ['a\0b', 'it holds a NUL character'],
])('refuses %j', (line, reason) => {
  expect(splitCommandWords(line)).toEqual({ ok: false, reason });
});

it('reports words that only a shell would understand, unless they are quoted', () => {
  expect([splitCommandWords('a && b | c'), splitCommandWords(`a '&&' b`)]).toEqual([
    { ok: true, words: ['a', '&&', 'b', '|', 'c'], shellOperators: ['&&', '|'] },
    { ok: true, words: ['a', '&&', 'b'], shellOperators: [] },
  ]);
});

it('takes time in proportion to the line', () => {
  const line = '"a'.repeat(50_001);
  expect(splitCommandWords(line)).toEqual({ ok: false, reason: 'a quote is not closed' });
});

it.each([
  ['npm test', { words: ['npm', 'test'], anyRest: false }],
  ['pytest *', { words: ['pytest'], anyRest: true }],
  ['*', { words: [], anyRest: true }],
  [`ls '*'`, { words: ['ls', '*'], anyRest: false }],
  ['npm test*', { words: ['npm', 'test*'], anyRest: false }],
  ['ls * x', { words: ['ls', '*', 'x'], anyRest: false }],
])('reads the permitted command %s', (line, pattern) => {
  expect(readCommandPattern(line)).toEqual({ ok: true, pattern });
});

it('refuses a permitted command that cannot be split', () => {
  expect([readCommandPattern('echo "a'), readCommandPattern(' ')]).toEqual([
    { ok: false, reason: 'a quote is not closed' },
    { ok: false, reason: 'it is empty' },
  ]);
});

it.each([
  ['npm test', 'npm test', true],
  ['npm test --watch', 'npm test', false],
  ['npm  "test"', 'npm test', true],
  ['pytest', 'pytest *', true],
  ['pytest -q x', 'pytest *', true],
  ['pytester', 'pytest *', false],
  ['npm testing', 'npm test*', false],
  ['anything at all', '*', true],
  ['ls x', `ls '*'`, false],
  [`ls '*'`, `ls '*'`, true],
])('holds %j against %j', (command, line, expected) => {
  const split = splitCommandWords(command);
  const read = readCommandPattern(line);
  expect(split.ok && read.ok && matchesCommand(split.words, read.pattern)).toBe(expected);
});

it('permits no command without words', () => {
  expect(matchesCommand([], { words: [], anyRest: true })).toBe(false);
});
