import { expect, it } from 'vitest';
import { compileGlob } from '../../../../src/services/tools/filesystem/simple-glob.ts';

it.each([
  ['a.ts', 'a.ts', true],
  ['a.ts', 'b/a.ts', false],
  ['*.ts', 'a.ts', true],
  ['*.ts', '.ts', true],
  ['*.ts', 'b/a.ts', false],
  ['./*.ts', 'a.ts', true],
  ['a?c', 'abc', true],
  ['a?c', 'a😀c', true],
  ['a?c', 'ac', false],
  ['**', 'a/b/c', true],
  ['**/a.ts', 'a.ts', true],
  ['**/a.ts', 'x/y/a.ts', true],
  ['src/**', 'src/a/b', true],
  ['src/**/b', 'src/b', true],
  ['src/**/b', 'src/a/c', false],
  ['a/**/b/**/c', 'a/x/b/c', true],
  ['a*b*c', 'aXbXbYc', true],
  ['{a,b}.{ts,js}', 'b.js', true],
  ['{a,b{1,2}}', 'b2', true],
  ['{a,}x', 'x', true],
  ['{a}', '{a}', true],
  ['(a|b)+', 'a', false],
  ['[ab]', '[ab]', true],
])('%s against %s: %s', (glob, path, expected) => {
  expect(compileGlob(glob)?.(path)).toBe(expected);
});

it('gives up on too many alternatives', () => {
  expect(compileGlob('{a,b}'.repeat(20))).toBe(undefined);
});

it('takes no longer for a pattern that would make a regular expression go back and forth', () => {
  const matches = compileGlob(`${'*a'.repeat(400)}b`);
  expect(matches?.('a'.repeat(4_000))).toBe(false);
});
