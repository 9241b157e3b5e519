import type { Duration } from './common.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration that has passed its schema, such as "90s"; fractions are rounded to whole milliseconds. */
export function durationMs(duration: Duration): number {
  const unit = /(ms|s|m|h|d)$/u.exec(duration)?.[0];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') return 0;
  return Math.round(Number.parseFloat(duration) * unitMs[unit]);
}
