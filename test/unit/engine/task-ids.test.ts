import { expect, it } from 'vitest';
import { newTaskId } from '../../../src/engine/task-id.ts';

it('begins with the day, so that ids sort by age', () => {
  const day = Date.UTC(2026, 10, 22, 23, 59, 59, 999);
  expect(newTaskId(day)).toMatch(/^20261122-[2-9a-hj-km-np-z]{8}$/u);
  expect(newTaskId(day + 1)).toMatch(/^20261123-[2-9a-hj-km-np-z]{8}$/u);
});

it('does not come twice', () => {
  const ids = Array.from({ length: 5_000 }, () => newTaskId(0));
  expect(new Set(ids).size).toBe(5_000);
});
