import { expect, it } from 'vitest';
import { textWidth } from '../../../../src/cli/text/safe-text.ts';
import { shortLabels } from '../../../../src/cli/text/short-labels.ts';

it.each([
  ['that fit stay as they are', ['short', ''], ['short', '']],
  ['that begin differently are cut at the end', ['abcdefghijkl', 'bcdefghijklm'], ['abcdefghi…', 'bcdefghij…']],
  ['that end differently are cut in the middle', ['abcdefghijkl1', 'abcdefghijkl2'], ['abcd…jkl1', 'abcd…jkl2']],
  [
    'that differ in the middle alone stay whole',
    ['abcdefghijXklmnopqrs', 'abcdefghijYklmnopqrs'],
    ['abcdefghijXklmnopqrs', 'abcdefghijYklmnopqrs'],
  ],
  ['of wide characters are cut between them', ['世界世界世界1', '世界世界世界2'], ['世界…世界1', '世界…世界2']],
])('labels %s', (_case, labels, shown) => {
  expect(labels.map((label) => shortLabels([...labels, ...labels], 10).get(label))).toEqual(shown);
});

it('shows no two labels alike, also where one is what another would be cut to', () => {
  const labels = [
    'abcdefghi…',
    'abcdefghijkl',
    ...Array.from({ length: 20 }, (_, at) => `${'x'.repeat(at)}${'y'.repeat(30 - at)}`),
  ];
  const shown = shortLabels(labels, 10);
  expect(new Set(shown.values()).size).toBe(labels.length);
  expect(labels.filter((label) => textWidth(shown.get(label) ?? '') > 10 && shown.get(label) !== label)).toEqual([]);
});
