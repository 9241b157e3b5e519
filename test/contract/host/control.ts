import { expect, it } from 'vitest';
import { type HostKind, type OpenEngine, openProject, untilStopped } from '../../support/engine-fixture.ts';
import { outcome } from '../../support/task-reading.ts';

interface Gated extends OpenEngine {
  /** Lets the tool "first" give its answer. */
  readonly open: () => void;
}

/** Two tools one after the other; the first waits for a word. */
async function openTwoSteps(host: HostKind): Promise<Gated> {
  const gate = Promise.withResolvers<string>();
  const opened = await openProject(
    {
      workflow: {
        nodes: [
          { id: 'first', type: 'tool', tool: 'first' },
          { id: 'second', type: 'tool', tool: 'second' },
        ],
        edges: [{ from: 'first', to: 'second' }],
      },
      tools: { first: () => gate.promise, second: () => 'second' },
    },
    { host },
  );
  return { ...opened, open: () => gate.resolve('first') };
}

export function controlCases(host: HostKind): void {
  it('stops the tool at work when the task is cancelled', async () => {
    const stopped: string[] = [];
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work' },
            { id: 'next', type: 'transform', output: 1 },
          ],
          edges: [{ from: 'work', to: 'next' }],
        },
        tools: {
          work: (_, { signal }) => {
            signal.addEventListener('abort', () => stopped.push('work'), { once: true });
            return untilStopped(signal);
          },
        },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'unwanted' });
    await clock.until(() => calls.length === 1);
    void engine.cancelTask('unwanted');
    const result = await running;
    expect([result.status, result.output, result.failures]).toEqual(['cancelled', null, []]);
    expect([outcome(result), stopped]).toEqual([['work cancelled', 'next cancelled'], ['work']]);
    expect((await engine.showTask('unwanted')).status).toBe('cancelled');
    await expect(engine.cancelTask('unwanted')).rejects.toMatchObject({
      code: 'TASK_ALREADY_OVER',
      message: 'Task "unwanted" is over.',
    });
  });

  it('lets stages at work end when the task is paused, and goes on when it is resumed', async () => {
    const { engine, clock, calls, open } = await openTwoSteps(host);
    const running = engine.runOne('go', { id: 'rest' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('rest');
    await clock.settle();
    expect((await engine.showTask('rest')).status).toBe('paused');
    open();
    const paused = await running;
    expect([paused.status, paused.output, outcome(paused)]).toEqual(['paused', null, ['first done']]);
    expect([calls, engine.tasks({ status: ['paused'] }).map(({ id }) => id)]).toEqual([['first'], ['rest']]);
    const resumed = await engine.resumeTask('rest');
    expect([resumed.status, resumed.output, outcome(resumed)]).toEqual([
      'completed',
      'second',
      ['first done', 'second done'],
    ]);
    expect(outcome(paused)).toEqual(['first done']);
    expect(calls).toEqual(['first', 'second']);
  });

  it('takes a pause back when the task is resumed before it rests', async () => {
    const { engine, clock, calls, open } = await openTwoSteps(host);
    const running = engine.runOne('go', { id: 'undecided' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('undecided');
    const resumed = engine.resumeTask('undecided');
    await clock.settle();
    open();
    expect((await running).status).toBe('completed');
    expect(await resumed).toEqual(await running);
  });

  it('keeps the wait before the next attempt while the task is paused', async () => {
    const { engine, clock, calls } = await openProject(
      {
        workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work', retries: 1, backoff: '60s' }] },
        tools: {
          work: (_, { attempt }) => {
            if (attempt === 1) throw new Error('Not yet');
            return 'now';
          },
        },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'waiting' });
    await clock.until(() => calls.length === 1);
    await clock.settle();
    void engine.pauseTask('waiting');
    expect((await running).status).toBe('paused');
    expect(clock.waits()).toEqual([]);
    clock.advance(3_600_000);
    await clock.settle();
    expect(calls).toHaveLength(1);
    const resumed = engine.resumeTask('waiting');
    clock.advance(0);
    const result = await clock.outcomeOf(resumed);
    expect([result.status, result.output]).toEqual(['completed', 'now']);
  });

  it('keeps max_parallel over any number of branches', async () => {
    let atWork = 0;
    let most = 0;
    const branches = Array.from({ length: 9 }, (_, at) => `branch_${at}`);
    const { engine } = await openProject(
      {
        engine: { defaults: { max_parallel: 3 } },
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            ...branches.map((id) => ({ id, type: 'tool', tool: 'work' }) as const),
            { id: 'join', type: 'merge', merge: 'list' },
          ],
          edges: branches.flatMap((id) => [
            { from: 'start', to: id },
            { from: id, to: 'join' },
          ]),
        },
        tools: {
          work: async () => {
            atWork += 1;
            most = Math.max(most, atWork);
            await new Promise((resolve) => {
              setImmediate(resolve);
            });
            atWork -= 1;
            return most;
          },
        },
      },
      { host },
    );
    const result = await engine.runOne('go');
    expect([result.status, most]).toEqual(['completed', 3]);
  });

  it('cancels a task at rest without running any of it', async () => {
    const { engine, calls } = await openTwoSteps(host);
    await engine.createTask({ input: 'go', id: 'idle' });
    const result = await engine.cancelTask('idle');
    expect([result.status, outcome(result), calls]).toEqual(['cancelled', ['first cancelled', 'second cancelled'], []]);
    await expect(engine.resumeTask('idle')).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
  });

  it('takes a command from a listener of its events', async () => {
    const { engine, calls } = await openTwoSteps(host);
    engine.events$.subscribe(({ type }) => {
      if (type === 'task.started') void engine.cancelTask('eager');
    });
    const result = await engine.runOne('go', { id: 'eager' });
    expect([result.status, calls]).toEqual(['cancelled', []]);
  });

  it('shares one run between all who run the same task', async () => {
    const { engine, calls, open } = await openTwoSteps(host);
    await engine.createTask({ input: 'go', id: 'shared' });
    const runs = [engine.runTask('shared'), engine.runTask('shared')];
    open();
    const [one, other] = await Promise.all(runs);
    expect([one, calls]).toEqual([other, ['first', 'second']]);
  });

  it('refuses orders from a listener that hears of the end of the task', async () => {
    const { engine, open } = await openTwoSteps(host);
    const refusals: Promise<unknown>[] = [];
    engine.events$.subscribe(({ type, taskId }) => {
      if (type !== 'task.completed') return;
      for (const order of [engine.cancelTask(taskId), engine.pauseTask(taskId)])
        refusals.push(order.catch((error: unknown) => error));
    });
    open();
    await engine.runOne('go');
    const over = { code: 'TASK_ALREADY_OVER' };
    expect(await Promise.all(refusals)).toMatchObject([over, over]);
  });

  it('stops everything when the engine is closed, and then does nothing more', async () => {
    const stopped: string[] = [];
    const { engine, clock, calls } = await openProject(
      {
        workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work' }] },
        tools: {
          work: (_, { signal }) => {
            signal.addEventListener('abort', () => stopped.push('work'), { once: true });
            return untilStopped(signal);
          },
        },
      },
      { host },
    );
    const running = engine.runOne('go', { id: 'cut' });
    await clock.until(() => calls.length === 1);
    const closing = Promise.all([engine.close(), engine.close()]);
    await expect(running).rejects.toMatchObject({
      code: 'ENGINE_CLOSED',
      message: 'The engine was closed while task "cut" was at work.',
    });
    await closing;
    expect([stopped, clock.waits()]).toEqual([['work'], []]);
    const closed = { code: 'ENGINE_CLOSED' };
    await expect(engine.runOne('go')).rejects.toMatchObject(closed);
    await expect(engine.runTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.resumeTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.showTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.cancelTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.pauseTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.stepTask('cut')).rejects.toMatchObject(closed);
    await expect(engine.setBreakpoints('cut', [])).rejects.toMatchObject(closed);
    expect(() => engine.tasks()).toThrow(expect.objectContaining(closed));
    await engine.close();
  });
}
