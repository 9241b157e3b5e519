import { describe, expect, it } from 'vitest';
import type { StageCall, StageRunner } from '../../../src/hosts/index.ts';
import type { Engine, EngineEvent } from '../../../src/index.ts';
import { openProject } from '../../support/engine-fixture.ts';
import { creationOf, plainHost } from '../../support/plain-host.ts';
import { createSimulatedClock } from '../../support/simulated-clock.ts';

async function twoStages(): Promise<Engine> {
  const { engine } = await openProject(
    {
      workflow: {
        nodes: [
          { id: 'one', type: 'transform', output: 1 },
          { id: 'two', type: 'transform', output: 2 },
        ],
        edges: [{ from: 'one', to: 'two' }],
      },
    },
    { host: 'memory' },
  );
  return engine;
}

const bug = 'Stage "one" broke a rule of the engine: Out of order.';

describe('a stage runner', () => {
  it.each<[string, StageRunner]>([
    [
      'throws',
      () => {
        throw new Error('Out of order.');
      },
    ],
    [
      'begins and throws',
      () => ({
        needs: [],
        begin() {
          throw new Error('Out of order.');
        },
      }),
    ],
    ['rejects', () => ({ needs: [], begin: () => Promise.reject(new Error('Out of order.')) })],
  ])('that %s has a bug, which fails its stage', async (_, runStage) => {
    const host = plainHost(await twoStages(), { runStage });
    host.create(creationOf('task'));
    const { status, failures } = await host.run('task');
    expect([status, failures.map(({ code, message }) => [code, message])]).toEqual(['failed', [['internal.bug', bug]]]);
  });

  it('may answer at once or later', async () => {
    const calls: StageCall[] = [];
    const host = plainHost(await twoStages(), {
      runStage: (call) => {
        calls.push(call);
        return call.stage.node === 'one'
          ? { ok: true, output: 'now' }
          : { needs: [], begin: () => Promise.resolve({ ok: true, output: 'later' }) };
      },
    });
    host.create(creationOf('task'));
    expect((await host.run('task')).output).toBe('later');
    expect(calls.map(({ idempotencyKey, signal }) => [idempotencyKey, signal.aborted])).toEqual([
      ['task/0.one', false],
      ['task/2.two', false],
    ]);
  });

  it('that breaks once there is a place for it fails its stage', async () => {
    const free = Promise.withResolvers<void>();
    const host = plainHost(await twoStages(), {
      limits: new Map([['stage', 1]]),
      runStage: ({ task }) => ({
        needs: ['stage'],
        begin() {
          if (task.creation.id === 'broken') throw new Error('Out of order.');
          return free.promise.then(() => ({ ok: true, output: 1 }));
        },
      }),
    });
    const ids = ['first', 'broken'];
    for (const id of ids) host.create(creationOf(id));
    const running = ids.map((id) => host.run(id));
    free.resolve();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(['completed', 'failed']);
  });

  it.each<[EngineEvent['type'], string[]]>([
    ['checkpoint.written', []],
    ['stage.finished', ['one']],
  ])('begins no more once a listener has closed the host at %s', async (closing, called) => {
    const calls: string[] = [];
    const host = plainHost(await twoStages(), {
      runStage: ({ stage }) => ({
        needs: [],
        begin() {
          calls.push(stage.node);
          return Promise.resolve({ ok: true, output: 1 });
        },
      }),
      listener: {
        isListening: () => true,
        tell: (_, { type }) => {
          if (type === closing) void host.close();
        },
      },
    });
    host.create(creationOf('task'));
    await expect(host.run('task')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(calls).toEqual(called);
  });
});

describe('the memory host', () => {
  it('knows when a task changed last', async () => {
    const clock = createSimulatedClock();
    const host = plainHost(await twoStages(), { clock, runStage: () => ({ ok: true, output: clock.advance(500) }) });
    host.create({ ...creationOf('task'), created_at: clock.now() });
    const createdAt = clock.now();
    expect(host.tasks()).toEqual([
      { id: 'task', status: 'pending', definition: '', at_work: false, created_at: createdAt, updated_at: createdAt },
    ]);
    await host.run('task');
    expect(host.tasks()).toEqual([
      {
        id: 'task',
        status: 'completed',
        definition: '',
        at_work: false,
        created_at: createdAt,
        updated_at: createdAt + 1_000,
      },
    ]);
  });

  it('forgets the oldest of more than 1,000 tasks that are over, and none that is not', async () => {
    const host = plainHost(await twoStages(), { runStage: () => ({ ok: true, output: 1 }) });
    host.create(creationOf('waiting'));
    const ids = Array.from({ length: 1_001 }, (_, at) => `task_${at}`);
    for (const id of ids) {
      host.create(creationOf(id));
      await host.run(id);
      await host.run(id);
    }
    expect(host.tasks().map(({ id }) => id)).toEqual([...ids.slice(1).toReversed(), 'waiting']);
    expect(() => host.view('task_0')).toThrow(expect.objectContaining({ code: 'TASK_NOT_FOUND' }));
    expect(host.tasks({ limit: 2 }).map(({ id }) => id)).toEqual(['task_1000', 'task_999']);
  });

  it('leaves a task that was created paused at rest until it is run again', async () => {
    const calls: string[] = [];
    const host = plainHost(await twoStages(), {
      runStage: ({ stage }) => {
        calls.push(stage.node);
        return { ok: true, output: stage.node };
      },
    });
    host.create({ ...creationOf('task'), paused: true });
    expect([(await host.run('task')).status, calls]).toEqual(['paused', []]);
    expect([(await host.run('task')).status, calls]).toEqual(['completed', ['one', 'two']]);
  });
});
