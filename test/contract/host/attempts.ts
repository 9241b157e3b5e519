import { expect, it } from 'vitest';
import { failureError } from '../../../src/errors/index.ts';
import type { NodeSpec } from '../../../src/manifest/index.ts';
import {
  type HostKind,
  type OpenEngine,
  openProject,
  type TestTool,
  untilStopped,
} from '../../support/engine-fixture.ts';
import { stageOf } from '../../support/task-reading.ts';

type ToolNode = Extract<NodeSpec, { type: 'tool' }>;

async function openWork(host: HostKind, node: Partial<ToolNode>, work: TestTool): Promise<OpenEngine> {
  return openProject(
    { workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work', ...node }] }, tools: { work } },
    { host },
  );
}

const overloaded = (retryAfterMs?: number): Error =>
  failureError({
    code: 'provider.overloaded',
    message: 'Come back later.',
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  });

/** What the spread makes of 1, 2 and 4 seconds for the task "patient". */
const expectedWaits = [1_249, 2_494, 4_981];

export function attemptCases(host: HostKind): void {
  it('tries again after a wait that doubles, spread by the id of the task', async () => {
    const { engine, clock, calls, events } = await openWork(host, { retries: 3, backoff: '1s' }, (_, { attempt }) => {
      if (attempt < 4) throw overloaded();
      return 'at last';
    });
    const running = engine.runOne('go', { id: 'patient' });
    const waits: number[] = [];
    for (let attempt = 1; attempt < 4; attempt += 1) {
      await clock.until(() => calls.length === attempt);
      await clock.settle();
      const view = await engine.showTask('patient');
      expect(view.trace.map(({ status, attempt: count }) => [status, count])).toEqual([['retrying', attempt]]);
      const wait = events.findLast((event) => event.type === 'stage.retrying')?.data.delayMs ?? 0;
      waits.push(wait);
      clock.advance(wait - 1);
      await clock.settle();
      expect(calls).toHaveLength(attempt);
      clock.advance(1);
    }
    const result = await clock.outcomeOf(running);
    expect(waits).toEqual(expectedWaits);
    expect([result.status, result.output, stageOf(result, 'work').attempt]).toEqual(['completed', 'at last', 4]);
    expect(stageOf(result, 'work').failure).toBe(undefined);
  });

  it('waits as long as the other side asked for', async () => {
    const { engine, clock, calls } = await openWork(host, { retries: 1, backoff: '10ms' }, (_, { attempt }) => {
      if (attempt === 1) throw overloaded(4_321);
      return attempt;
    });
    const running = engine.runOne('go');
    await clock.until(() => calls.length === 1);
    await clock.settle();
    clock.advance(4_320);
    await clock.settle();
    expect(calls).toHaveLength(1);
    clock.advance(1);
    expect((await clock.outcomeOf(running)).output).toBe(2);
  });

  it('does not try again what cannot get better', async () => {
    const { engine, calls } = await openWork(host, { retries: 5 }, () => {
      throw failureError({ code: 'permission.denied', message: 'No.' });
    });
    const { status, failures } = await engine.runOne('go');
    expect([status, calls.length, failures.map(({ attempt }) => attempt)]).toEqual(['failed', 1, [1]]);
  });

  it('fails with the last failure once all attempts are used up', async () => {
    const { engine, clock, calls } = await openWork(host, { retries: 2, backoff: '1s' }, (_, { attempt }) => {
      throw failureError({ code: 'tool.failed', message: `Attempt ${attempt} failed.` });
    });
    const { status, failures } = await clock.outcomeOf(engine.runOne('go'));
    expect([status, calls.length]).toEqual(['failed', 3]);
    expect(failures.map(({ attempt, message }) => [attempt, message])).toEqual([[3, 'Attempt 3 failed.']]);
  });

  it('stops an attempt that takes too long, tells the tool, and tries again', async () => {
    const stopped: number[] = [];
    const { engine, clock, calls } = await openWork(
      host,
      { retries: 1, timeout: '5s', backoff: '1s' },
      (_, { attempt, signal }) => {
        if (attempt === 2) return 'quick';
        signal.addEventListener('abort', () => stopped.push(attempt), { once: true });
        return untilStopped(signal);
      },
    );
    const running = engine.runOne('go', { id: 'slow' });
    await clock.until(() => calls.length === 1);
    clock.advance(4_999);
    await clock.settle();
    expect(stopped).toEqual([]);
    clock.advance(1);
    await clock.until(() => stopped.length === 1);
    const { failure } = stageOf(await engine.showTask('slow'), 'work');
    expect([failure?.code, failure?.message]).toEqual(['timeout.attempt', 'Stage "work" took longer than 5000 ms.']);
    const result = await clock.outcomeOf(running);
    expect([result.status, result.output, calls.length, stopped]).toEqual(['completed', 'quick', 2, [1]]);
  });

  it('fails with a timeout when there is no attempt left', async () => {
    const { engine, clock } = await openWork(host, { timeout: '5s' }, (_, { signal }) => untilStopped(signal));
    const { status, failures } = await clock.outcomeOf(engine.runOne('go'));
    expect([status, failures]).toEqual([
      'failed',
      [
        {
          code: 'timeout.attempt',
          message: 'Stage "work" took longer than 5000 ms.',
          category: 'timeout',
          retryable: true,
          stage: 'work',
          node: 'work',
          node_type: 'tool',
          pipeline: 'main',
          attempt: 1,
        },
      ],
    ]);
  });

  it('drops what a stopped attempt gives late', async () => {
    const late = Promise.withResolvers<string>();
    const { engine, clock, calls } = await openWork(
      host,
      { retries: 1, timeout: '5s', backoff: '1s' },
      (_, { attempt }) => (attempt === 1 ? late.promise : 'second'),
    );
    const running = engine.runOne('go', { id: 'late' });
    await clock.until(() => calls.length === 1);
    clock.advance(5_000);
    await clock.settle();
    late.resolve('first');
    await clock.settle();
    expect(stageOf(await engine.showTask('late'), 'work').status).toBe('retrying');
    const result = await clock.outcomeOf(running);
    expect([result.output, stageOf(result, 'work').attempt]).toEqual(['second', 2]);
  });

  it('gives every attempt a key of its own', async () => {
    const keys: string[] = [];
    const { engine, clock } = await openWork(host, { retries: 1 }, (_, { attempt, idempotencyKey }) => {
      keys.push(idempotencyKey);
      if (attempt === 1) throw overloaded();
      return 'fine';
    });
    await clock.outcomeOf(engine.runOne('go', { id: 'keys' }));
    expect(keys).toEqual(['keys/0.work', 'keys/3.work']);
  });
}
