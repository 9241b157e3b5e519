import { isDeepStrictEqual } from 'node:util';
import { shown } from './finding.ts';

/** The first place at which two JSON values differ, in words; nothing when they are equal. */
export function firstDifference(expected: unknown, got: unknown, at = ''): string | undefined {
  if (isDeepStrictEqual(expected, got)) return undefined;
  const place = at === '' ? 'the output' : `"${at}"`;
  const differ = `expected ${place} to be ${shown(expected)}, got ${shown(got)}`;
  if (!isBranch(expected) || !isBranch(got) || Array.isArray(expected) !== Array.isArray(got)) return differ;
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  for (const key of keys) {
    const inside = `${at}/${key}`;
    if (!Object.hasOwn(got, key)) return `expected "${inside}" to be ${shown(expected[key])}, and it is not there`;
    if (!Object.hasOwn(expected, key)) return `expected no "${inside}", got ${shown(got[key])}`;
    const difference = firstDifference(expected[key], got[key], inside);
    if (difference !== undefined) return difference;
  }
  return differ;
}

type Branch = Readonly<Record<string, unknown>>;

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null;
}
