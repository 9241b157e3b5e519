import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { compileMatcher } from '../../../../src/services/tools/filesystem/search/line-matcher.ts';
import { requiredText } from '../../../../src/services/tools/filesystem/search/required-text.ts';

it.each([
  ['needle', 'needle'],
  [String.raw`need[lm]e\s`, 'need'],
  [String.raw`export (?:const|let)`, undefined],
  ['export (const|let) value', undefined],
  ['import (type )?stat', 'import '],
  [String.raw`\bTODO\(.+\)`, 'TODO('],
  ['colou?r', 'colo'],
  ['abc*de+f', 'ab'],
  ['a|bc', undefined],
  ['xy{2,3}z', undefined],
  [String.raw`\x41bc`, undefined],
  [String.raw`\Qa.b\E`, undefined],
  [String.raw`[\]a]bcd`, 'bcd'],
  ['[]a]bcd', 'bcd'],
  ['[[:alpha:]]bcd', undefined],
  ['(a(b)c)def', undefined],
  ['größe', undefined],
])('of %s a match cannot do without %j', (pattern, expected) => {
  expect(requiredText(pattern)).toBe(expected);
});

it('is in whatever a pattern matches, whatever the pattern', () => {
  const piece = fc.constantFrom(...'ab c[]()|*+?.^$\\d-sx{1}Q'.split(''));
  const text = fc.string({ unit: fc.constantFrom(...'abcdsxQ1 .-'.split('')), maxLength: 12 });
  let compared = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 2, maxLength: 8 }), fc.array(text, { maxLength: 40 }), (pieces, lines) => {
      const pattern = pieces.join('');
      const required = requiredText(pattern);
      if (required === undefined) return;
      let regex: RE2JS;
      try {
        regex = RE2JS.compile(pattern);
      } catch {
        return;
      }
      for (const line of [...lines, pattern]) {
        if (!regex.test(line)) continue;
        compared += 1;
        expect(line).toContain(required);
      }
    }),
    { numRuns: 5_000 },
  );
  expect(compared).toBeGreaterThan(50);
});

it.each([
  { pattern: '\uFFFD', isRegex: false, bytes: Buffer.from([0x61, 0xff, 0x62]) },
  { pattern: 'a\uFFFD', isRegex: true, bytes: Buffer.from([0x61, 0xff, 0x62]) },
  { pattern: 'größe', isRegex: false, bytes: Buffer.from('die größe') },
])('leaves nothing out by its bytes that is found in its text: %j', ({ pattern, isRegex, bytes }) => {
  const compiled = compileMatcher({ pattern, isRegex, ignoreCase: false });
  if (!compiled.ok) throw new Error(compiled.problem);
  expect([compiled.matcher.mayBeInBytes(bytes), compiled.matcher.find(bytes.toString('utf8')) >= 0]).toEqual([
    true,
    true,
  ]);
});
