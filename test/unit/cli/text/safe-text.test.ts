import { expect, it } from 'vitest';
import { fitWidth, safeLine, safeText, textWidth } from '../../../../src/cli/text/safe-text.ts';

it('writes characters that steer a terminal as escapes, and keeps line ends and tabs', () => {
  expect(safeText('a\u001B[2Jb\r\nc\td\u202Ee\u0007')).toBe(
    String.raw`a\u001b[2Jb` + '\nc\td' + String.raw`\u202ee\u0007`,
  );
});

it('puts a text on one line', () => {
  expect(safeLine('  one\n\n two\tthree ')).toBe('one two three');
});

it.each([
  ['short', 10, 'short'],
  ['exactly ten', 11, 'exactly ten'],
  ['longer than ten', 10, 'longer th…'],
  ['日本語のテキスト', 7, '日本語…'],
  ['🐙🐙🐙', 6, '🐙🐙🐙'],
  ['🐙🐙🐙', 5, '🐙🐙…'],
  ['anything', 0, ''],
])('cuts %j to %d columns', (text, columns, expected) => {
  expect(fitWidth(text, columns)).toBe(expected);
  expect(textWidth(expected)).toBeLessThanOrEqual(columns);
});
