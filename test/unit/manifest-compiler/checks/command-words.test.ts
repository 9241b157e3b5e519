import { expect, it } from 'vitest';
import { matchesCommand } from '../../../../src/manifest-compiler/checks/index.ts';
import { splitCommandWords } from '../../../../src/manifest/index.ts';

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
  const split = splitCommandWords(command);
  expect(matchesCommand(split.ok ? split.words : [], pattern)).toBe(expected);
});
