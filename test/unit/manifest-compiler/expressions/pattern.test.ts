import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../src/manifest-compiler/expressions/pattern.ts';

function matches(source: string, text: string): boolean {
  const result = compilePattern(source);
  if (!result.ok) throw new Error(result.fault.message);
  return result.pattern.test(text);
}

describe('patterns', () => {
  it.each([
    ['', 'a', true],
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^a.c$', 'abc', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['(?i)HÉLLO', 'héllo', true],
    ['(?i)^[a-c]+$', 'ABC', true],
    ['^(?:ab|cd)+$', 'abcdab', true],
    ['^(?P<name>a)(?<other>b)$', 'ab', true],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['^a{2}?$', 'aa', true],
    ['^a{x}$', 'a{x}', true],
    ['^[^a-c\\]]$', 'd', true],
    ['^[\\w.\\-\\"]+@\\w+$', '"a.b-c"@d', true],
    ['\\bfoo\\b', 'a foo b', true],
    ['\\bfoo\\B', 'a foo b', false],
    ['\\Aa\\z', 'a', true],
    ['^\\d\\D\\s\\S$', '1a b', true],
    ['^\\p{Lu}\\x41\\u0042\\x{43}\\u{44}$', 'ÄABCD', true],
    ['^.$', '😀', true],
    ['^\\.\\*\\/\\"$', '.*/"', true],
    ['^(a*)*$', 'aaab', false],
    ['^(|a)+$', 'aaa', true],
    ['a||b', 'x', true],
  ])('%s on %j is %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it.each([
    ['(', 'A "(" is never closed.'],
    [')', 'A ")" has no "(" before it.'],
    ['[a', 'A "[" is never closed.'],
    ['[z-a]', '"[z-a]" is no set of characters.'],
    ['[[:alpha:]]', 'It uses a POSIX class such as "[:alpha:]".'],
    ['*a', '"*" has nothing to repeat.'],
    ['a**', 'It repeats a repetition.'],
    ['a{3,2}', 'A repetition ends below its start.'],
    ['(?=a)', 'It looks ahead or behind, or uses a group that is not supported.'],
    ['(?<!a)b', 'It looks ahead or behind, or uses a group that is not supported.'],
    [String.raw`(a)\1`, 'It refers back to a group, which takes unbounded time.'],
    [String.raw`\q`, String.raw`"\q" means nothing in a pattern.`],
    ['\\', String.raw`"\" means nothing in a pattern.`],
    [String.raw`\u{ffffff}`, '"ffffff" is no code of a character.'],
    ['('.repeat(500), 'Its groups are nested too deeply.'],
    ['a'.repeat(2_000), 'It has 2000 characters where 1000 are allowed.'],
    ['((a{99}){99}){99}', 'Its repetitions make it too large.'],
    ['(((){9999}){9999}){9999}', 'Its repetitions make it too large.'],
  ])('refuses %s', (source, message) => {
    const result = compilePattern(source);
    expect(!result.ok && result.fault.message).toBe(message);
  });

  it.each(['(a+)+$', '(a|aa)+$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y'])(
    'takes time in proportion to the text where back-tracking would not end: %s',
    (source) => {
      expect(matches(source, `${'ax'.repeat(5_000)}!`)).toBe(false);
    },
  );

  it('agrees with the built-in engine where that one is quick', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(?:ab|a)', '\\w', '\\b', '^', '$');
    const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,2}', '*?'));
    const source = fc.array(
      piece.map(([left, right]) => (/^(?:\\b|\^|\$)$/u.test(left) ? left : left + right)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        source,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '\n'), maxLength: 8 }),
        (pieces, text) => {
          const pattern = pieces.join('');
          expect([pattern, matches(pattern, text)]).toStrictEqual([pattern, new RegExp(pattern, 'u').test(text)]);
        },
      ),
    );
  });
});
