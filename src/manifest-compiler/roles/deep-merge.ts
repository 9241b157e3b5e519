import { failureError } from '../../errors/index.ts';
import type { DeliveredArrival } from './role.ts';

type OnConflict = 'error' | 'first' | 'last';

/** Objects are merged field by field; any other two values at one place are a conflict unless they are equal. */
export function deepMerge(arrivals: readonly DeliveredArrival[], onConflict: OnConflict): unknown {
  const [first, ...others] = arrivals;
  let merged: unknown = first?.output ?? null;
  for (const { output } of others) merged = mergeTwo({ one: merged, other: output ?? null, at: '' }, onConflict);
  return merged;
}

interface Pair {
  readonly one: unknown;
  readonly other: unknown;
  /** JSON pointer of the place. */
  readonly at: string;
}

function mergeTwo({ one, other, at }: Pair, onConflict: OnConflict): unknown {
  if (isRecord(one) && isRecord(other)) {
    const fields = new Map(Object.entries(one));
    for (const [key, value] of Object.entries(other)) {
      const place = `${at}/${key}`;
      fields.set(
        key,
        Object.hasOwn(one, key) ? mergeTwo({ one: one[key], other: value, at: place }, onConflict) : value,
      );
    }
    return Object.fromEntries(fields);
  }
  if (JSON.stringify(one) === JSON.stringify(other) || onConflict === 'first') return one;
  if (onConflict === 'last') return other;
  throw failureError({
    code: 'config.merge',
    message: `Two branches give different values at "${at === '' ? '/' : at}".`,
    hint: 'Set on_conflict to first or last, or use merge: dict.',
    details: { at },
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
