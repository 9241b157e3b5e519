import { expect, it } from 'vitest';
import {
  argument,
  openProject,
  type HostKind,
  type OpenEngine,
  type TestProject,
} from '../../support/engine-fixture.ts';

interface Gated extends OpenEngine {
  /** Tasks whose tool is at work, in the order in which they began. */
  readonly begun: string[];
  /** Lets the tool of a task end. */
  readonly release: (task: string) => void;
}

/** A project of one tool stage that works until the test says so. */
async function openGated(host: HostKind, { engine = {}, toolSpec = {}, timeout }: GatedOptions): Promise<Gated> {
  const begun: string[] = [];
  const gates = new Map<string, () => void>();
  const project: TestProject = {
    engine,
    workflow: {
      nodes: [
        {
          id: 'work',
          type: 'tool',
          tool: 'work',
          arguments: { task: '${{ task.id }}' },
          ...(timeout !== undefined && { timeout }),
        },
      ],
    },
    toolSpecs: { work: toolSpec },
    tools: {
      work: async (arguments_) => {
        const task = String(argument(arguments_, 'task'));
        begun.push(task);
        await new Promise<void>((resolve) => gates.set(task, resolve));
        return task;
      },
    },
  };
  const open = await openProject(project, { host });
  return { ...open, begun, release: (task) => gates.get(task)?.() };
}

interface GatedOptions {
  readonly engine?: NonNullable<TestProject['engine']>;
  readonly toolSpec?: object;
  readonly timeout?: string;
}

const ids = ['a', 'b', 'c', 'd', 'e'];

export function limitCases(host: HostKind): void {
  it.each<[string, GatedOptions]>([
    ['the engine', { engine: { limits: { max_parallel: 2 } } }],
    ['a tool', { toolSpec: { max_parallel: 2 } }],
  ])('keeps the limit of %s over any number of tasks', async (_, options) => {
    const { engine, clock, begun, release } = await openGated(host, options);
    const running = ids.map((id) => engine.runOne('go', { id }));
    await clock.until(() => begun.length === 2);
    await clock.settle();
    expect(begun).toEqual(['a', 'b']);
    release('b');
    await clock.until(() => begun.length === 3);
    await clock.settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const [at, id] of ['a', 'c', 'd', 'e'].entries()) {
      await clock.until(() => begun.length >= Math.min(5, 3 + at));
      await clock.settle();
      release(id);
    }
    const results = await Promise.all(running);
    expect(results.map(({ output }) => output)).toEqual(ids);
  });

  it('does not let the time of an attempt run while it waits for a place', async () => {
    const { engine, clock, begun, release } = await openGated(host, {
      engine: { limits: { max_parallel: 1 } },
      timeout: '10s',
    });
    const first = engine.runOne('go', { id: 'a' });
    const second = engine.runOne('go', { id: 'b' });
    await clock.until(() => begun.length === 1);
    await clock.settle();
    clock.advance(8_000);
    release('a');
    await clock.until(() => begun.length === 2);
    await clock.settle();
    clock.advance(8_000);
    await clock.settle();
    release('b');
    expect([(await first).status, (await second).status]).toEqual(['completed', 'completed']);
    expect(clock.waits()).toEqual([]);
  });

  it('gives up the wait of a task that is cancelled or paused', async () => {
    const { engine, clock, begun, release } = await openGated(host, { engine: { limits: { max_parallel: 1 } } });
    const [first, cancelled, paused] = ['a', 'b', 'c'].map((id) => engine.runOne('go', { id }));
    await clock.until(() => begun.length === 1);
    await clock.settle();
    expect((await engine.cancelTask('b')).status).toBe('cancelled');
    expect((await cancelled)?.status).toBe('cancelled');
    await engine.pauseTask('c');
    expect((await paused)?.status).toBe('paused');
    release('a');
    expect((await first)?.status).toBe('completed');
    expect(begun).toEqual(['a']);
    const resumed = engine.resumeTask('c');
    await clock.until(() => begun.length === 2);
    release('c');
    expect((await resumed).output).toBe('c');
  });

  it('bounds the time of a stage that was paused and resumed while it waited for a place', async () => {
    const { engine, clock, begun, release } = await openGated(host, {
      engine: { limits: { max_parallel: 1 } },
      timeout: '10s',
    });
    const first = engine.runOne('go', { id: 'a' });
    const second = engine.runOne('go', { id: 'b' });
    await clock.until(() => begun.length === 1);
    await clock.settle();
    const paused = engine.pauseTask('b');
    const resumed = engine.resumeTask('b');
    await Promise.all([paused, clock.settle()]);
    release('a');
    await clock.until(() => begun.length === 2);
    await clock.settle();
    clock.advance(11_000);
    await clock.settle();
    release('b');
    const failures = (await resumed).failures.map(({ code }) => code);
    expect([(await first).status, (await second).status, failures]).toEqual([
      'completed',
      'failed',
      ['timeout.attempt'],
    ]);
  });

  it('keeps the limit of a provider over any number of tasks', async () => {
    const { engine, clock, events } = await openProject(
      {
        engine: {
          models: { main: { provider: 'scripted', script: 'stalls.yaml' } },
          limits: { providers: { scripted: 1 } },
        },
        agents: { writer: { model: 'main', prompt: 'Write.' } },
        files: { 'stalls.yaml': 'replies:\n  - { stall: true }\n' },
        workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] },
      },
      { host },
    );
    const asked = (): string[] => events.flatMap(({ type, taskId }) => (type === 'llm.requested' ? [taskId] : []));
    const [first, second] = ['a', 'b'].map((id) => engine.runOne('go', { id }));
    await clock.until(() => asked().length === 1);
    await clock.settle();
    expect(asked()).toEqual(['a']);
    await engine.cancelTask('a');
    await clock.until(() => asked().length === 2);
    await engine.cancelTask('b');
    expect([(await first)?.status, (await second)?.status, asked()]).toEqual(['cancelled', 'cancelled', ['a', 'b']]);
  });
}
