import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson, type JsonListener } from '../../../../src/manifest-compiler/read/json-scanner.ts';

const nobody: JsonListener = {
  open: () => undefined,
  close: () => undefined,
  key: () => undefined,
  scalar: () => undefined,
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the JSON scanner', () => {
  it('takes what JSON.parse takes, and nothing else', () => {
    const characters = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'u',
      '0',
      '1',
      '-',
      '.',
      'e',
      't',
      ' ',
      '\n',
      'true',
      '"a"',
      '\\n',
    );
    const pieces = fc.array(characters, { maxLength: 12 }).map((parts) => parts.join(''));
    const values = fc
      .json()
      .chain((text) =>
        fc
          .record({ at: fc.nat({ max: text.length }), put: fc.oneof(characters, fc.constant('')) })
          .map(({ at, put }) => `${text.slice(0, at)}${put}${text.slice(at + 1)}`),
      );
    fc.assert(
      fc.property(fc.oneof(pieces, values, fc.json()), (text) => {
        expect(scanJson(text, 0, nobody) === undefined).toBe(isJson(text));
      }),
      { seed: 20, numRuns: 3_000 },
    );
  });

  it.each([
    ['{ "a": 1 ', 'The file ends where "," or "}" has to follow.', 8],
    ['[1,]', 'Expected a value here.', 3],
    ['{ a: 1 }', 'Expected a key in double quotes or "}" here.', 2],
    ['{ "a" 1 }', 'Expected ":" here.', 6],
    ['[1 2]', 'Expected "," or "]" here.', 3],
    ['[] []', 'Something follows after the end of the JSON value.', 3],
    ['[01]', '"01" is not a JSON number.', 1],
    ['["a\nb"]', 'The text has no closing quote on its line.', 1],
    ['["\\x"]', 'The backslash stands before a character that cannot follow it.', 2],
    ['// x', 'JSON has no comments.', 0],
  ])('says what is wrong with %j', (text, message, offset) => {
    expect(scanJson(text, 0, nobody)).toEqual({ message, offset });
  });
});
