import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HookFunction, Plugin, PluginUse } from '../../../../src/index.ts';
import { openProject, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { agentProject, echo, guard, pluginFacts, toolProject, words } from '../../../support/plugin-project.ts';

type BeforeTool = HookFunction<'before_tool'>;

/** Code as it comes from authors without types. */
function untyped(run: (context: object) => unknown): BeforeTool {
  const hook: unknown = async (context: object) => run(context);
  return isHook(hook) ? hook : async () => undefined;
}

function isHook(value: unknown): value is BeforeTool {
  return typeof value === 'function';
}

const open = (...plugins: readonly (Plugin | PluginUse)[]): Promise<OpenEngine> =>
  openProject(toolProject(), { host: 'memory', plugins });

const never: BeforeTool = async () => new Promise<undefined>(() => undefined);

describe('a plugin that misbehaves', () => {
  it('by throwing is told of, and the run goes on', async () => {
    const { engine, events } = await open(
      guard({
        before_tool: () => {
          throw new Error('Oh no.\nwith details');
        },
      }),
    );
    expect(words(await engine.runOne('here'))).toEqual(['completed', { to: 'here' }]);
    expect(pluginFacts(events)).toEqual(['guard before_tool failed: it threw: Oh no.']);
    expect(events.find(({ type }) => type === 'plugin.failed')).toMatchObject({
      stageId: 'act',
      data: { plugin: 'guard', critical: false },
    });
  });

  it('by hanging is waited for five seconds, or as long as it is given, and is told that nobody waits any more', async () => {
    const signals: AbortSignal[] = [];
    const hanging: BeforeTool = async (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { engine, clock, events } = await open(guard({ before_tool: hanging }, 'one'), {
      plugin: guard({ before_tool: hanging }, 'two'),
      timeoutMs: 100,
    });
    const begun = clock.now();
    expect(words(await clock.outcomeOf(engine.runOne('here')))).toEqual(['completed', { to: 'here' }]);
    expect(clock.now() - begun).toBe(5_100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(pluginFacts(events)).toEqual([
      'one before_tool failed: it gave no answer within 5000 ms',
      'two before_tool failed: it gave no answer within 100 ms',
    ]);
  });

  it('by answering after its time changes nothing any more', async () => {
    const late = Promise.withResolvers<{ veto: string }>();
    const { engine, clock, calls } = await open(guard({ before_tool: async () => late.promise }));
    const result = await clock.outcomeOf(engine.runOne('here'));
    late.resolve({ veto: 'too late' });
    await clock.settle();
    expect(words(result)).toEqual(['completed', { to: 'here' }]);
    expect(calls).toEqual(['ship']);
  });

  it('by blocking the process for longer than its time is not heard', async () => {
    const { engine, clock, events, calls } = await open(
      guard({
        before_tool: async () => {
          clock.setBack(-6_000); // time goes by, and no timer had a chance to fire
          return { veto: 'too late' };
        },
      }),
    );
    expect(words(await engine.runOne('here'))).toEqual(['completed', { to: 'here' }]);
    expect(calls).toEqual(['ship']);
    expect(pluginFacts(events)).toEqual(['guard before_tool failed: it gave no answer within 5000 ms']);
  });

  it('by changing what it is told throws in its own code, and changes nothing', async () => {
    const kept: unknown[] = [];
    const { engine, events } = await open(
      guard({
        before_task: async ({ input }) => void kept.push(input),
        before_tool: untyped((context) => {
          const given: unknown = Reflect.get(context, 'arguments');
          kept.push(Object.isFrozen(context), Object.isFrozen(given));
          if (typeof given === 'object' && given !== null) Object.assign(given, { to: 'elsewhere' });
        }),
      }),
    );
    const input = { deep: ['x'] };
    const project = await engine.runOne('here');
    expect(words(project)).toEqual(['completed', { to: 'here' }]);
    expect(kept).toEqual(['here', true, true]);
    expect(pluginFacts(events)[0]).toContain('guard before_tool failed: it threw: Cannot assign to read only property');
    const other = await open(
      guard({
        before_task: untypedTask((context) => {
          const given: unknown = Reflect.get(context, 'input');
          if (given === input) throw new Error('It is the object of the caller.');
        }),
      }),
    );
    await other.engine.createTask({ input });
    expect(pluginFacts(other.events)).toEqual([]);
    expect(Object.isFrozen(input.deep)).toBe(false);
  });

  it.each([
    ['a text', 'veto', 'its verdict is no object'],
    ['a list', [{ veto: 'x' }], 'its verdict is no object'],
    ['true', true, 'its verdict is no object'],
    ['two verdicts', { veto: 'x', replaceInput: {} }, 'its verdict is not one of'],
    ['none', {}, 'its verdict is not one of'],
    ['a veto without a reason', { veto: '  ' }, 'its veto gives no reason'],
    ['a veto that is no text', { veto: true }, 'its veto gives no reason'],
    ['what is for another point', { replaceOutput: 1 }, 'the verdict "replaceOutput" is not allowed at this point'],
    ['an override where none is taken', { addOverride: {} }, 'the verdict "addOverride" is not allowed at this point'],
    ['a class', new Map([['veto', 'x']]), 'its verdict is no plain JSON'],
    ['code in it', { replaceInput: { to: () => 'x' } }, 'its verdict is no plain JSON'],
    [
      'a getter that throws',
      Object.defineProperty({}, 'veto', { enumerable: true, get: fail }),
      'its verdict is no plain JSON',
    ],
    ['a proxy that throws', new Proxy({}, { ownKeys: fail }), 'its verdict is no plain JSON'],
  ])('by answering %s is told of, and the tool runs', async (_, verdict, problem) => {
    const { engine, events, calls } = await open(guard({ before_tool: untyped(() => verdict) }));
    expect(words(await engine.runOne('here'))).toEqual(['completed', { to: 'here' }]);
    expect(calls).toEqual(['ship']);
    expect(pluginFacts(events)[0]).toContain(`guard before_tool failed: ${problem}`);
  });

  it('cannot have a tool do what is not permitted: what it changes is looked at like what it was', async () => {
    const write = {
      type: 'filesystem.write_file',
      root: './out',
      permissions: { filesystem: { write: ['out/*.md'] } },
    };
    const { engine, directory, events } = await openProject(writingProject(write), {
      host: 'memory',
      plugins: [guard({ before_tool: async () => ({ replaceInput: { path: 'b.txt', text: 'x' } }) })],
    });
    expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
    expect(pluginFacts(events)).toEqual(['guard before_tool replaceInput']);
    expect(['a.md', 'b.txt'].map((file) => existsSync(path.join(directory, 'out', file)))).toEqual([false, false]);
    expect(events.filter(({ type }) => type === 'security.denied')).toHaveLength(1);
  });
});

function writingProject(put: object = { type: 'filesystem.write_file', root: './out' }): TestProject {
  const project = agentProject({
    replies: [{ call: 1, tool_calls: [{ tool: 'put', arguments: { path: 'a.md', text: 'x' } }] }, { reply: 'Done.' }],
    agent: { tools: ['put'] },
  });
  const permissions = { filesystem: { write: ['./out'] } };
  const files = { ...project.files, 'tools.json': JSON.stringify({ tools: { put } }) };
  return { ...project, engine: { ...project.engine, permissions }, files };
}

function fail(): never {
  throw new Error('No.');
}

function untypedTask(run: (context: object) => void): HookFunction<'before_task'> {
  return async (context) => run(context);
}

const hasWritten = async (...plugins: readonly Plugin[]): Promise<boolean> => {
  const { engine, directory } = await openProject(writingProject(), { host: 'local', plugins });
  expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
  return existsSync(path.join(directory, 'out', 'a.md'));
};

it('leaves no file behind where it vetoes the tool that writes', async () => {
  const veto = guard({ before_tool: async ({ tool }) => (tool === 'put' ? { veto: 'no' } : undefined) });
  expect(await hasWritten(veto)).toBe(false);
  expect(await hasWritten()).toBe(true);
});

describe('a critical plugin', () => {
  it.each([
    ['throws', untyped(fail)],
    ['hangs', never],
    ['answers nonsense', untyped(() => 5)],
  ])('fails the stage that waits for it when it %s', async (_, hook) => {
    const { engine, clock, calls } = await open({ plugin: guard({ before_tool: hook }), critical: true });
    const result = await clock.outcomeOf(engine.runOne('here'));
    expect(words(result)).toEqual(['failed', ['plugin.failed']]);
    expect(result.failures[0]?.category).toBe('plugin');
    expect(calls).toEqual([]);
  });

  it('fails the task when it fails before that', async () => {
    const { engine, calls, events } = await open({ plugin: guard({ before_task: untypedTask(fail) }), critical: true });
    expect(words(await engine.runOne('here'))).toEqual(['failed', ['plugin.failed']]);
    expect(calls).toEqual([]);
    expect(events.find(({ type }) => type === 'plugin.failed')?.data).toMatchObject({ critical: true });
  });

  it('does not change what a task came to when it fails behind that', async () => {
    const { engine } = await open({
      plugin: guard({ after_task: async () => fail(), on_task_completed: async () => fail() }),
      critical: true,
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', { to: 'here' }]);
  });
});

const adding = (letter: string): Plugin =>
  guard({ before_task: async ({ input }) => ({ replaceInput: `${String(input)}${letter}` }) }, letter);

it('asks plugins in the order in which they were given, each about what those before made of it', async () => {
  const { engine } = await open(adding('a'), adding('b'));
  await engine.use(adding('c'));
  expect(words(await engine.runOne('x'))).toEqual(['completed', { to: 'xabc' }]);
});

it('stops waiting for a hook when the task is cancelled', async () => {
  const { engine, clock } = await open(guard({ before_tool: never }));
  const running = engine.runOne('here', { id: 'task' });
  await clock.until(() => clock.waits().includes(5_000));
  expect((await engine.cancelTask('task')).status).toBe('cancelled');
  expect((await running).status).toBe('cancelled');
  expect(clock.waits()).toEqual([]);
});

it('lets an agent use its tools where hooks have nothing to say', async () => {
  const project = agentProject({
    replies: [{ call: 1, tool_calls: [{ tool: 'ship', arguments: { to: 'x' } }] }, { reply: 'Done.' }],
    tools: { ship: echo },
  });
  const { engine, calls, events } = await openProject(project, {
    host: 'memory',
    plugins: [guard({ before_tool: async () => undefined, after_tool: async () => undefined })],
  });
  expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
  expect(calls).toEqual(['ship']);
  expect(pluginFacts(events)).toEqual([]);
});
