import { expect, it } from 'vitest';
import { costText, countText, durationText, timeText } from '../../../../src/cli/text/format-values.ts';

it.each([
  [0.4, '0ms'],
  [999, '999ms'],
  [1_000, '1.0s'],
  [59_940, '59.9s'],
  [59_960, '1m 00s'],
  [61_000, '1m 01s'],
  [3_599_700, '1h 00m'],
  [3_660_000, '1h 01m'],
])('writes %d milliseconds as %s', (milliseconds, expected) => {
  expect(durationText(milliseconds)).toBe(expected);
});

it('writes counts, costs and times', () => {
  expect([countText(1, 'error'), countText(1_234, 'token')]).toEqual(['1 error', '1,234 tokens']);
  expect([costText(0.00123), costText(1.5)]).toEqual(['$0.00123', '$1.50']);
  expect(timeText(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026-01-02 03:04:05');
});
