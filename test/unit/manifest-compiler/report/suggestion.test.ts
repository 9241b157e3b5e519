import { expect, it } from 'vitest';
import { createNameFinder, listNames, quote } from '../../../../src/manifest-compiler/report/index.ts';

it.each([
  ['reviw_module', 'Did you mean "review_module"?'],
  ['Review-Module', 'Did you mean "review_module"?'],
  ['noe', 'Did you mean "one"?'],
  ['review', 'Did you mean "review_module"?'],
  ['something', 'Use one of "one", "review_module".'],
  ['x'.repeat(1_000_000), 'Use one of "one", "review_module".'],
])('suggests for %.20s', (name, hint) => {
  expect(createNameFinder(['one', 'review_module']).hint(name)).toBe(hint);
});

it('suggests nothing where there is nothing', () => {
  expect(createNameFinder([]).hint('one')).toBe(undefined);
});

it('stops looking when its work is used up', () => {
  const finder = createNameFinder(Array.from({ length: 100_000 }, (_, index) => `name_${index + 100_000}`));
  const found = Array.from({ length: 5 }, () => finder.nearest('nome_xxxxxx'));
  expect(found).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(finder.nearest('name_10000')).toBe(undefined);
});

it('shortens long lists and long or unprintable names', () => {
  expect(listNames(Array.from({ length: 17 }, () => 'a'))).toBe(`${'"a", '.repeat(14)}"a" and 2 more`);
  expect(quote(`a\n\u202E${'b'.repeat(100)}`)).toBe(`"a\\u000a\\u202e${'b'.repeat(77)}…"`);
});
