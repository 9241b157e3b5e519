import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, type EngineEvent, type PluginHooks } from '../../../../src/index.ts';
import { openDirectory, openProject, untilStopped, type TestProject } from '../../../support/engine-fixture.ts';
import { agentProject, echo, guard, pluginFacts, toolProject, words } from '../../../support/plugin-project.ts';
import { openLocal } from '../../../support/local-engine.ts';
import { temporaryDirectory, writeProject } from '../../../support/project-fixture.ts';
import { createSimulatedClock } from '../../../support/simulated-clock.ts';

/** Hooks that count how often they are asked. */
function counting(changes: PluginHooks = {}): { readonly asked: string[]; readonly hooks: PluginHooks } {
  const asked: string[] = [];
  const note = (point: string) => async (): Promise<undefined> => {
    asked.push(point);
    return undefined;
  };
  const points = ['before_agent', 'before_llm', 'after_llm', 'before_tool', 'after_tool', 'before_context'] as const;
  const hooks: PluginHooks = { ...Object.fromEntries(points.map((point) => [point, note(point)])), ...changes };
  return { asked, hooks };
}

const acting = (slow: TestProject['tools'] = {}): TestProject =>
  agentProject({
    replies: [
      { call: 1, tool_calls: [{ tool: 'first', arguments: { n: 1 } }] },
      { call: 2, tool_calls: [{ tool: 'second', arguments: { n: 2 } }] },
      { reply: 'Done.' },
    ],
    tools: { first: echo, second: echo, ...slow },
  });

describe('a stage that is taken up again', () => {
  it('asks no hook about a call that is in its log, and goes on with what hooks made of it before', async () => {
    const inputs: unknown[] = [];
    const one = counting({ before_agent: async () => ({ replaceInput: 'first words' }) });
    const stopping = await openProject(acting({ second: async (_, { signal }) => untilStopped(signal) }), {
      host: 'local',
      plugins: [guard(one.hooks)],
    });
    const running = stopping.engine.runOne('here', { id: 'task' });
    await stopping.clock.until(() => stopping.calls.includes('second'));
    await Promise.all([expect(running).rejects.toMatchObject({ code: 'ENGINE_CLOSED' }), stopping.engine.close()]);
    expect(one.asked).toEqual([
      'before_llm',
      'after_llm',
      'before_tool',
      'after_tool',
      'before_llm',
      'after_llm',
      'before_tool',
    ]);
    const two = counting({
      before_agent: async () => ({ replaceInput: 'other words' }),
      before_llm: async ({ prompt }) => void inputs.push(prompt.messages[0]?.content.includes('first words')),
    });
    const again = await openDirectory(
      stopping.directory,
      { first: echo, second: echo },
      { host: 'local', plugins: [guard(two.hooks)] },
    );
    expect(words(await again.engine.resumeTask('task'))).toEqual(['completed', 'Done.']);
    expect(again.calls).toEqual(['second']);
    expect(two.asked).toEqual(['after_tool', 'after_llm']);
    expect(inputs).toEqual([true]);
  });

  it('asks for consent once for what a hook made of a call, and runs that', async () => {
    let asked = 0;
    const project = toolProject({ toolSpecs: { ship: { consent: 'always' } } });
    const { engine } = await openProject(project, {
      host: 'local',
      plugins: [
        guard({
          before_tool: async () => {
            asked += 1;
            return { replaceInput: { to: `place ${asked}` } };
          },
        }),
      ],
    });
    expect((await engine.runOne('here', { id: 'task' })).status).toBe('waiting');
    expect(engine.questions('task')[0]?.consent?.arguments).toEqual({ to: 'place 1' });
    expect(words(await engine.answer('task', 'allow'))).toEqual(['completed', { to: 'place 1' }]);
    expect(asked).toBe(1);
  });
});

it('asks no hook in a replay, and replays the task that a plugin refused', async () => {
  const { asked, hooks } = counting();
  const { engine } = await openProject(acting(), { host: 'local', plugins: [guard(hooks)] });
  await engine.runOne('here', { id: 'task' });
  const before = asked.length;
  expect((await engine.replayTask('task')).map(({ task }) => task)).toEqual(['task']);
  expect(asked).toHaveLength(before);
  await engine.use(guard({ before_task: async () => ({ veto: 'no' }) }, 'late'));
  expect((await engine.runOne('here', { id: 'refused' })).status).toBe('failed');
  await engine.replayTask('refused');
  expect(engine.tasks({ status: ['failed'] }).map(({ id }) => id)).toEqual(['refused']);
});

it('asks about a fork as about any task that begins', async () => {
  const { engine } = await openProject(toolProject(), {
    host: 'local',
    plugins: [
      guard({
        before_task: async ({ input }) => (input === 'bad' ? { veto: 'no' } : { replaceInput: `${String(input)}!` }),
      }),
    ],
  });
  await engine.runOne('here', { id: 'task' });
  await engine.forkTask('task', { id: 'fork', input: 'there' });
  expect(words(await engine.runTask('fork'))).toEqual(['completed', { to: 'there!' }]);
  await expect(engine.forkTask('task', { input: 'bad' })).rejects.toMatchObject({ code: 'TASK_FORK_INVALID' });
});

function facts(events: readonly EngineEvent[]): readonly string[] {
  return events
    .filter(({ type }) => type.startsWith('hook.') || type === 'task.created' || type === 'override.applied')
    .map(({ type, taskId, data }) => `${type} ${taskId} ${'from' in data ? data.from : ''}`.trim());
}

describe('what plugins did to a task that begins', () => {
  const before: PluginHooks = {
    before_task: async ({ input }) => {
      if (input === 'bad') return { veto: 'no' };
      if (input === 'mode') return { addOverride: { kind: 'mode', payload: { mode: 'dry_run' } } };
      return { replaceInput: `${String(input)}!` };
    },
  };

  it('is told of a fork once that is there, and its overrides are those of a plugin', async () => {
    const { engine, events } = await openProject(toolProject(), { host: 'local', plugins: [guard(before)] });
    await engine.runOne('here', { id: 'task' });
    events.splice(0);
    await engine.forkTask('task', { id: 'fork', input: 'there' });
    await engine.forkTask('task', { id: 'other', input: 'mode' });
    expect(facts(events)).toEqual([
      'task.created fork',
      'hook.changed fork',
      'task.created other',
      'override.applied other plugin',
      'hook.changed other',
    ]);
  });

  it('is told of no task where none is created', async () => {
    const { engine, events } = await openProject(toolProject(), { host: 'local', plugins: [guard(before)] });
    await engine.runOne('here', { id: 'task' });
    events.splice(0);
    await expect(engine.forkTask('task', { input: 'bad' })).rejects.toMatchObject({ code: 'TASK_FORK_INVALID' });
    await expect(engine.createTask({ input: 'x', pipeline: 'nowhere' })).rejects.toThrow('nowhere');
    expect(facts(events)).toEqual(['hook.vetoed', 'hook.changed']);
  });
});

/** Transactions that a chain of pure stages is written in. */
async function transactions(hooks: PluginHooks): Promise<number> {
  const directory = temporaryDirectory();
  const names = ['a', 'b', 'c', 'd'];
  const nodes = names.map((id) => ({ id, type: 'transform', output: id }) as const);
  const edges = names.slice(1).map((to, at) => ({ from: names[at] ?? '', to }));
  writeProject(directory, { workflow: { nodes, edges } });
  const { tasks, writes } = await openLocal(directory, { tools: {}, clock: createSimulatedClock(), hooks });
  expect(words(await tasks.runOne('go'))).toEqual(['completed', 'd']);
  return writes.length;
}

const nothing = async (): Promise<undefined> => undefined;

it('leaves pure stages in one turn and one transaction where no hook is about stages', async () => {
  const bare = await transactions({});
  expect(await transactions({ before_tool: nothing, before_llm: nothing, on_error: nothing })).toBe(bare);
  expect(await transactions({ before_stage: nothing })).toBeGreaterThan(bare);
});

it('runs without plugins as before', async () => {
  const { engine, directory } = await openProject(toolProject(), { host: 'memory' });
  expect(words(await engine.runOne('here'))).toEqual(['completed', { to: 'here' }]);
  const lazy = await Engine.fromConfigDir(directory, { host: 'memory', lazy: true, plugins: [], environment: {} });
  await lazy.close();
});

describe('secrets that manifests name', () => {
  const code = `
let token;
export const plugin = {
  name: 'a',
  version: '1',
  setup: (config) => { token = config.token; },
  hooks: {
    before_tool: async ({ arguments: given }) => ({ replaceInput: { ...given, auth: token } }),
    after_tool: async ({ output }) => ({ replaceOutput: { ...output, auth: token } }),
    after_stage: async () => ({ veto: 'no ' + token }),
  },
};
`;
  it('are kept out of what plugins change and say, and so out of what is stored', async () => {
    const project = toolProject({
      plugins: [{ name: 'guard', type: 'module', module: './guard.mjs', config: { token: '${file:token.txt}' } }],
      files: { 'guard.mjs': code, 'token.txt': 's3cretword' },
    });
    const { engine, events, directory } = await openProject(project, { host: 'local' });
    const { failures } = await engine.runOne('here', { id: 'task' });
    expect(failures[0]?.message).toBe(
      'The plugin "guard" does not allow it (after_stage): no ▇ redacted (file:token.txt).',
    );
    expect(pluginFacts(events)).toEqual([
      'guard before_tool failed: its replaceInput was refused: it holds a secret that the manifests name, which would be kept with the task',
      'guard after_tool replaceOutput',
      'guard after_stage veto',
    ]);
    await engine.close();
    const state = path.join(directory, '.agent-engine');
    const stored = readdirSync(state, { recursive: true, encoding: 'utf8' })
      .filter((name) => /state/u.test(name))
      .map((name) => readFileSync(path.join(state, name), 'latin1'));
    expect(stored.join('')).toContain('after_stage');
    expect(stored.join('')).not.toContain('s3cretword');
  });
});

/** A hook that hangs at its first call, as a process does that is ended there. */
function hangingOnce(): { readonly hook: () => Promise<undefined>; readonly reached: () => boolean } {
  let isReached = false;
  return {
    reached: () => isReached,
    hook: async () => {
      isReached = true;
      return new Promise<undefined>(() => undefined);
    },
  };
}

describe('what has been paid for is durable before plugins look at it', () => {
  const shouting: PluginHooks = {
    after_llm: async ({ text }) => ({ replaceOutput: { text: text.toUpperCase() } }),
    after_tool: async () => ({ replaceOutput: 'less' }),
  };

  it.each(['after_llm', 'after_tool', 'after_stage'] as const)(
    'so that an agent that was stopped at %s asks no model and no tool twice',
    async (point) => {
      const { hook, reached } = hangingOnce();
      const project = agentProject({
        replies: [{ call: 1, tool_calls: [{ tool: 'look', arguments: {} }] }, { reply: 'Done.' }],
        tools: { look: echo },
      });
      const one = await openProject(project, { host: 'local', plugins: [guard({ ...shouting, [point]: hook })] });
      const running = one.engine.runOne('here', { id: 'task' });
      await one.clock.until(reached);
      await Promise.all([expect(running).rejects.toMatchObject({ code: 'ENGINE_CLOSED' }), one.engine.close()]);
      const two = await openDirectory(one.directory, { look: echo }, { host: 'local', plugins: [guard(shouting)] });
      expect(words(await two.engine.resumeTask('task'))).toEqual(['completed', 'DONE.']);
      const asked = [...one.events, ...two.events].filter(({ type }) => type === 'llm.requested');
      expect([asked.length, one.calls.length + two.calls.length]).toEqual([2, 1]);
    },
  );

  it.each(['after_tool', 'after_stage'] as const)(
    'so that a tool stage that was stopped at %s calls nothing twice',
    async (point) => {
      const { hook, reached } = hangingOnce();
      const one = await openProject(toolProject(), { host: 'local', plugins: [guard({ [point]: hook })] });
      const running = one.engine.runOne('here', { id: 'task' });
      await one.clock.until(reached);
      await Promise.all([expect(running).rejects.toMatchObject({ code: 'ENGINE_CLOSED' }), one.engine.close()]);
      const two = await openDirectory(one.directory, { ship: echo }, { host: 'local', plugins: [guard(shouting)] });
      const again = await two.engine.resumeTask('task');
      expect(words(again)).toEqual(['completed', 'less']);
      expect([one.calls, two.calls]).toEqual([['ship'], []]);
    },
  );

  it('and adds up what it cost once, though an attempt ran out of time meanwhile', async () => {
    let asked = 0;
    const project = agentProject({ replies: [{ reply: 'Done.' }], node: { timeout: '2s', retries: 1 } });
    const { engine, clock, events } = await openProject(project, {
      host: 'memory',
      plugins: [guard({ after_llm: async () => ((asked += 1) === 1 ? new Promise(() => undefined) : undefined) })],
    });
    const { usage } = await clock.outcomeOf(engine.runOne('here', { id: 'task' }));
    const answers = events.flatMap((event) => (event.type === 'llm.responded' ? [event.data] : []));
    expect(asked).toBe(2);
    expect(answers).toHaveLength(1);
    expect(usage?.completion_tokens).toBe(answers[0]?.outputTokens);
  });
});

it('tells of the end of a task once, and again when the process died while it was told', async () => {
  const { hook, reached } = hangingOnce();
  const one = await openProject(toolProject(), { host: 'local', plugins: [guard({ after_task: hook })] });
  void one.engine.runOne('here', { id: 'task' });
  await one.clock.until(reached);
  await one.engine.close();
  const told: string[] = [];
  for (const life of ['second', 'third']) {
    const after_task = async (): Promise<void> => void told.push(life);
    const open = await openDirectory(
      one.directory,
      { ship: echo },
      { host: 'local', plugins: [guard({ after_task })] },
    );
    expect((await open.engine.runTask('task')).status).toBe('completed');
    expect((await open.engine.runTask('task')).status).toBe('completed');
    await open.engine.close();
  }
  expect(told).toEqual(['second']);
});
