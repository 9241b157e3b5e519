import { expect, it } from 'vitest';
import { openProject, untilStopped, type HostKind, type TestTools } from '../../support/engine-fixture.ts';
import { outcome } from '../../support/task-reading.ts';

const failing: TestTools = {
  work: () => {
    throw new Error('Not now.');
  },
};

export function deadlineCases(host: HostKind): void {
  it('ends a task whose time is up as a failure, and stops what is at work', async () => {
    let isStopped = false;
    const { engine, clock, calls, events } = await openProject(
      {
        workflow: {
          timeout: '1m',
          nodes: [
            { id: 'work', type: 'tool', tool: 'work' },
            { id: 'next', type: 'transform', output: 1 },
          ],
          edges: [{ from: 'work', to: 'next' }],
        },
        tools: {
          work: async (_, { signal }) => {
            signal.addEventListener('abort', () => (isStopped = true));
            return untilStopped(signal);
          },
        },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    await clock.settle();
    clock.advance(59_999);
    await clock.settle();
    expect(isStopped).toBe(false);
    clock.advance(1);
    const result = await running;
    expect([result.status, isStopped, clock.waits()]).toEqual(['failed', true, []]);
    expect(result.failures[0]).toMatchObject({ code: 'timeout.task', stage: 'work', category: 'timeout' });
    expect(outcome(result)).toEqual(['work cancelled', 'next cancelled']);
    expect(events.at(-1)).toMatchObject({ type: 'task.failed', data: { failure: { code: 'timeout.task' } } });
    expect(engine.tasks().map(({ status }) => status)).toEqual(['failed']);
  });

  it('ends a task that has waited for an answer longer than it may take, as soon as it goes on', async () => {
    const { engine, clock } = await openProject(
      { workflow: { timeout: '1h', nodes: [{ id: 'ask', type: 'feedback' }] } },
      { host },
    );
    expect((await engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    expect(clock.waits()).toEqual([]);
    clock.advance(3_600_000);
    const { status, failures } = await engine.resumeTask('task');
    expect([status, failures.map(({ code }) => code)]).toEqual(['failed', ['timeout.task']]);
  });

  it('fails a stage when its attempts together take too long, in the middle of one', async () => {
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work', retries: 5, timeout: '40s', backoff: '1s', stage_timeout: '1m' },
            { id: 'handle', type: 'transform', output: '${{ error.code }}' },
          ],
          edges: [{ from: 'work', to: 'handle', type: 'error', on: ['timeout'] }],
        },
        tools: { work: async (_, { signal }) => untilStopped(signal) },
      },
      { host },
    );
    const result = await clock.outcomeOf(engine.runOne('go'));
    expect([result.status, result.output, calls.length]).toEqual(['completed', 'timeout.stage', 2]);
    expect(result.trace.map(({ ended_at: ended = 0, started_at: started }) => ended - started)).toEqual([60_000, 0]);
  });

  it('fails a stage that waits for another attempt when its time is up, and begins none', async () => {
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [{ id: 'work', type: 'tool', tool: 'work', retries: 5, backoff: '20s', stage_timeout: '30s' }],
        },
        tools: failing,
      },
      { host },
    );
    const result = await clock.outcomeOf(engine.runOne('go'));
    expect([result.status, result.failures.map(({ code }) => code)]).toEqual(['failed', ['timeout.stage']]);
    expect(calls.length).toBeLessThan(4);
    expect(result.trace.map(({ ended_at: ended = 0, started_at: started }) => ended - started)).toEqual([30_000]);
    expect(clock.waits()).toEqual([]);
  });
}
