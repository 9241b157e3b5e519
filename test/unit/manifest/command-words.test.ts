import { expect, it } from 'vitest';
import { splitCommandWords } from '../../../src/manifest/index.ts';

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
