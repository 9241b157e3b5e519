import { expect, it } from 'vitest';
import { matchesCommand, splitCommand } from '../../../../src/manifest-compiler/checks/index.ts';

it.each([
  ['npm test', ['npm', 'test']],
  ['  npm\ttest  ', ['npm', 'test']],
  [`git commit -m "a b"'c d' ""`, ['git', 'commit', '-m', 'a bc d', '']],
  ['a;b && c', ['a;b', '&&', 'c']],
  ['echo "x', undefined],
  ['', []],
])('splits %j', (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});

it.each([
  ['npm test', 'npm test', true],
  ['npm test --watch', 'npm test', false],
  ['npm  "test"', 'npm test', true],
  ['pytest', 'pytest *', true],
  ['pytest -q x', 'pytest *', true],
  ['pytester', 'pytest *', false],
  ['npm testing', 'npm test*', false],
  ['anything', '*', false],
])('holds %j against %j', (command, pattern, expected) => {
  expect(matchesCommand(splitCommand(command) ?? [], pattern)).toBe(expected);
});
