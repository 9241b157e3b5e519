import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type OpenEngine,
  type TestTools,
} from '../../support/engine-fixture.ts';

const dayMs = 86_400_000;

/** A stage that fails once and is tried again after 45 to 75 seconds, left by its process while it waits. */
async function leaveWaiting(): Promise<
  Pick<OpenEngine, 'clock' | 'directory'> & { tools: TestTools; delayMs: number }
> {
  let attempts = 0;
  const tools: TestTools = {
    work: () => {
      attempts += 1;
      if (attempts === 1) throw new Error('Not yet');
      return attempts;
    },
  };
  const opened = await openProject(
    { workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work', retries: 1, backoff: '20s' }] }, tools },
    { host: 'local' },
  );
  const { engine, clock, directory, events } = opened;
  const running = engine.runOne('go', { id: 'task' }).catch(() => undefined);
  await clock.until(() => events.some(({ type }) => type === 'stage.retrying'));
  await engine.close();
  await running;
  const retrying = events.find((event) => event.type === 'stage.retrying');
  return { clock, directory, tools, delayMs: retrying?.data.delayMs ?? 0 };
}

const heartbeatMs = 7_500;
/** How often a host looks for orders of other processes. */
const lookMs = 50;

describe('a deadline', () => {
  it('is kept by the next process', async () => {
    const { clock, directory, tools, delayMs } = await leaveWaiting();
    clock.advance(5_000);
    const { engine, calls } = await openDirectory(directory, tools, { host: 'local', clock });
    const resumed = engine.resumeTask('task');
    await clock.settle();
    expect(clock.waits()).toEqual([lookMs, heartbeatMs, delayMs - 5_000]);
    clock.advance(delayMs - 5_001);
    await clock.settle();
    expect(calls).toEqual([]);
    clock.advance(1);
    expect((await resumed).output).toBe(2);
  });

  it('fires at once when it passed while no process was there', async () => {
    const { clock, directory, tools } = await leaveWaiting();
    clock.advance(3 * dayMs);
    const { engine } = await openDirectory(directory, tools, { host: 'local', clock });
    const resumed = engine.resumeTask('task');
    await clock.settle();
    expect(clock.waits()).toEqual([0, lookMs, heartbeatMs]);
    clock.advance(0);
    expect((await resumed).output).toBe(2);
  });

  it('is not put off by a day when the clock was set back by one', async () => {
    const { clock, directory, tools, delayMs } = await leaveWaiting();
    clock.setBack(dayMs);
    const { engine } = await openDirectory(directory, tools, { host: 'local', clock });
    const resumed = engine.resumeTask('task');
    await clock.settle();
    expect(clock.waits()).toEqual([lookMs, heartbeatMs, delayMs]);
    clock.advance(delayMs);
    expect((await resumed).output).toBe(2);
  });

  it('of an attempt is not put off by a clock that was set back', async () => {
    const tools: TestTools = { work: (_, { signal }) => untilStopped(signal) };
    const first = await openProject(
      { workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work', timeout: '30s' }] }, tools },
      { host: 'local' },
    );
    const { clock, directory } = first;
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await clock.until(() => first.calls.length === 1);
    await first.engine.close();
    await running;
    clock.setBack(dayMs);
    const second = await openDirectory(directory, tools, { host: 'local', clock });
    const resumed = second.engine.resumeTask('task');
    await clock.settle();
    expect(clock.waits()).toEqual([lookMs, heartbeatMs, 30_000]);
    clock.advance(30_000);
    expect((await resumed).failures.map(({ code }) => code)).toEqual(['timeout.attempt']);
  });

  it('holds while the process lives, whatever the clock says', async () => {
    const tools: TestTools = {
      work: (_, { attempt }) => {
        if (attempt === 1) throw new Error('Not yet');
        return attempt;
      },
    };
    const { engine, clock, events } = await openProject(
      { workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work', retries: 1 }] }, tools },
      { host: 'local' },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => events.some(({ type }) => type === 'stage.retrying'));
    clock.setBack(dayMs);
    clock.advance(1_000);
    const result = await running;
    expect([result.output, (await engine.showTask('task')).output]).toEqual([2, 2]);
    const durations = events.flatMap((event) => ('durationMs' in event.data ? [event.data.durationMs] : []));
    expect(Math.min(...durations)).toBe(0);
  });
});

describe('the clock of the system', () => {
  it('lets a timer be cancelled, also one that is longer than timers of Node may be', () => {
    const cancels = [1_000, 2 ** 40].map((delayMs) => systemClock.startTimer(delayMs, () => expect.unreachable()));
    for (const cancel of cancels) cancel();
    expect(systemClock.now()).toBeGreaterThan(0);
  });

  it('calls back at once when the time has passed already', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.startTimer(-5, () => {
        order.push('timer');
        resolve();
      });
      order.push('started');
    });
    expect(order).toEqual(['started', 'timer']);
  });
});
