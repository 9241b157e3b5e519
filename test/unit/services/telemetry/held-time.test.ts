import { expect, it } from 'vitest';
import { createEventStream, type EngineEvent } from '../../../../src/services/telemetry/index.ts';
import { someIds } from '../../../support/event-ids.ts';
import { testTimers } from '../../../support/sink-timers.ts';

const eventAt = (seq: number): EngineEvent => {
  return { id: `t-1/${seq}`, type: 'task.started', v: 1, time: 1_000 + seq, seq, taskId: 't-1', ...someIds, data: {} };
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

it.each([
  ['at once', async (): Promise<void> => undefined],
  [
    'in a later turn',
    async (): Promise<void> => new Promise((resolve) => void setImmediate(() => setImmediate(resolve))),
  ],
] as const)('lets a sink rest that keeps the thread behind an await, %s', async (_, later) => {
  const timers = testTimers();
  let spentMs = 0;
  const stream = createEventStream({ timers: { ...timers, now: () => timers.now() + spentMs } });
  const slow: number[] = [];
  stream.addSink({
    name: 'slow',
    write: async ({ seq }) => {
      await later();
      slow.push(seq);
      spentMs += 40;
    },
  });
  for (const seq of range(1, 100)) stream.emit(eventAt(seq));
  await timers.settle();
  const first = slow.length;
  await timers.pass(2_900);
  expect([first, slow.length]).toEqual([1, 1]);
  await timers.pass(1_500);
  expect(slow.length).toBe(2);
  await stream.complete();
});

it('lets no sink rest that only waits', async () => {
  const timers = testTimers();
  const stream = createEventStream({ timers });
  const waiting: number[] = [];
  stream.addSink({
    name: 'waiting',
    write: async ({ seq }) => {
      await new Promise<void>((resolve) => timers.startTimer(200, resolve));
      waiting.push(seq);
    },
  });
  for (const seq of range(1, 10)) stream.emit(eventAt(seq));
  await timers.pass(2_100);
  expect(waiting).toEqual(range(1, 10));
  await stream.complete();
});
