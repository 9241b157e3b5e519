import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/machines/backoff.ts';

const request = { seed: 'task 1', node: 'review', failures: 1, backoffMs: 1_000, retryAfterMs: 0 };

describe('the wait before the next attempt', () => {
  it.each([1, 2, 3, 4, 5])('doubles with every failure, give or take a quarter: after %i', (failures) => {
    const waits = Array.from({ length: 200 }, (_, task) => backoffMs({ ...request, failures, seed: `task ${task}` }));
    const middle = 1_000 * 2 ** (failures - 1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(middle * 0.75);
    expect(Math.min(...waits)).toBeLessThan(middle * 0.8);
    expect(Math.max(...waits)).toBeLessThanOrEqual(middle * 1.25);
    expect(Math.max(...waits)).toBeGreaterThan(middle * 1.2);
  });

  it('grows to 30 seconds and no further, however often a stage fails', () => {
    for (const failures of [10, 100, 1_000, 10_000]) {
      const wait = backoffMs({ ...request, failures });
      expect(wait).toBeGreaterThanOrEqual(22_500);
      expect(wait).toBeLessThanOrEqual(37_500);
    }
  });

  it('is never shorter than what the other side asked for', () => {
    expect(backoffMs({ ...request, retryAfterMs: 60_000 })).toBe(60_000);
  });

  it('is the same when a task is replayed, by any later version too', () => {
    expect([1, 2, 3].map((failures) => backoffMs({ ...request, failures }))).toEqual([880, 1772, 3535]);
  });

  it('differs between tasks, nodes and attempts, so that what failed together does not come back together', () => {
    const waits = Array.from({ length: 100 }, (_, task) => backoffMs({ ...request, seed: `task ${task}` }));
    expect(new Set(waits).size).toBeGreaterThan(60);
    expect(backoffMs({ ...request, node: 'rework' })).not.toBe(backoffMs(request));
  });

  it('is nothing for a stage that wants no wait', () => {
    expect(backoffMs({ ...request, backoffMs: 0, failures: 3 })).toBe(0);
  });

  it('is a whole number of milliseconds', () => {
    expect(Number.isInteger(backoffMs({ ...request, backoffMs: 0.5, failures: 7 }))).toBe(true);
  });
});
