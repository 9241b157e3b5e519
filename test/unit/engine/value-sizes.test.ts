import { expect, it } from 'vitest';
import { checkSize } from '../../../src/engine/stages/value-size.ts';

const check = (value: unknown, maxBytes = 1_024): unknown => checkSize(value, { stage: 'work', maxBytes })?.details;

it('counts the bytes of a value as JSON', () => {
  expect(check('x'.repeat(1_022))).toBe(undefined);
  expect(check('x'.repeat(1_023))).toEqual({ bytes: 1_025, limit: 1_024 });
  expect(check(['ä'.repeat(510)])).toBe(undefined);
  expect(check(['ä'.repeat(511)])).toEqual({ bytes: 1_026, limit: 1_024 });
  expect(check(Array.from({ length: 1_000 }, () => 1))).toEqual({ bytes: 2_001, limit: 1_024 });
});

it('lets small values pass, even those that take six bytes a character', () => {
  const values = [null, undefined, true, 1e300, '', '\u0000'.repeat(160), '\uD800'.repeat(160)];
  expect(values.map((value) => check(value))).toEqual(values.map(() => undefined));
  expect(Math.max(...values.map((value) => Buffer.byteLength(JSON.stringify(value) ?? 'null')))).toBe(962);
});
