import { describe, expect, it } from 'vitest';
import type { PluginHooks } from '../../../../src/index.ts';
import { hookPoints } from '../../../../src/services/plugins/hook-points.ts';
import { openProject, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { agentProject, echo, guard, pluginFacts, toolProject, words } from '../../../support/plugin-project.ts';

const memory = { memory: { task_store: { type: 'in_memory' } } };
const profile = { context_profiles: { all: { max_tokens: 2_000, sources: ['task_store'] } } };

const answering = (
  replies: readonly object[] = [{ reply: 'Hello.' }],
  agent: object = {},
): ReturnType<typeof agentProject> =>
  agentProject({
    replies,
    agent: { context_profile: 'all', ...agent },
    memory: { ...memory, ...profile },
  });

async function opened(project: Parameters<typeof openProject>[0], hooks: PluginHooks): Promise<OpenEngine> {
  return openProject(project, { host: 'memory', plugins: [guard(hooks)] });
}

const stop = { veto: 'not today' } as const;
const no = async (): Promise<typeof stop> => stop;

const vetoes: readonly (readonly [string, PluginHooks, Parameters<typeof openProject>[0]])[] = [
  ['before_task', { before_task: no }, toolProject()],
  ['before_routing', { before_routing: no }, toolProject()],
  ['after_routing', { after_routing: no }, toolProject()],
  ['before_stage', { before_stage: no }, toolProject()],
  ['before_tool', { before_tool: no }, toolProject()],
  ['before_agent', { before_agent: no }, answering()],
  ['before_context', { before_context: no }, answering()],
  ['after_context', { after_context: no }, answering()],
  ['before_llm', { before_llm: no }, answering()],
];

const lateVetoes: typeof vetoes = [
  ['after_stage', { after_stage: no }, toolProject()],
  ['after_tool', { after_tool: no }, toolProject()],
  ['after_llm', { after_llm: no }, answering()],
  ['after_agent', { after_agent: no }, answering()],
];

const numbered = { type: 'object', additionalProperties: { type: 'number' } };

/** An agent with a model to fall back on. */
function withFallback(): TestProject {
  const project = agentProject({
    replies: [{ reply: 'First.' }],
    models: { other: { provider: 'scripted', script: 'other.yaml' } },
    agent: { fallback_models: ['other'] },
  });
  return { ...project, files: { ...project.files, 'other.yaml': JSON.stringify({ replies: [{ reply: 'Second.' }] }) } };
}

describe('a veto', () => {
  it.each(vetoes)('at %s fails the task before anything was done', async (point, hooks, project) => {
    const { engine, calls, events } = await opened(project, hooks);
    const result = await engine.runOne('here');
    expect(words(result)).toEqual(['failed', ['plugin.veto']]);
    expect(result.failures[0]?.message).toBe(`The plugin "guard" does not allow it (${point}): not today.`);
    expect(result.failures[0]?.category).toBe('plugin');
    expect(calls).toEqual([]);
    expect(events.filter(({ type }) => type === 'llm.requested')).toEqual([]);
    expect(pluginFacts(events)).toEqual([`guard ${point} veto`]);
  });

  it.each(lateVetoes)('at %s fails the stage with what was made', async (point, hooks, project) => {
    const { engine, events } = await opened(project, hooks);
    expect(words(await engine.runOne('here'))).toEqual(['failed', ['plugin.veto']]);
    expect(pluginFacts(events)).toEqual([`guard ${point} veto`]);
  });

  it('at before_memory has nothing read and nothing written, and the work goes on', async () => {
    const seen: unknown[] = [];
    const { engine, events } = await opened(answering(), {
      before_memory: async ({ operation, store }) => {
        seen.push([operation, store]);
        return stop;
      },
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', 'Hello.']);
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['["read","task_store"]', '["write","task_store"]']),
    );
    expect(events.filter(({ type }) => type === 'memory.written')).toEqual([]);
  });

  it('at before_stage goes the error edges of the stage, and those of a task do not save it', async () => {
    const workflow = {
      nodes: [
        { id: 'act', type: 'tool', tool: 'ship', arguments: { to: 'x' } },
        { id: 'instead', type: 'transform', output: 'instead' },
      ],
      edges: [{ from: 'act', to: 'instead', type: 'error', on: ['plugin'] }],
    } satisfies TestProject['workflow'];
    const project = toolProject({ workflow });
    const stage = await opened(project, {
      before_stage: async ({ stage: name }) => (name === 'act' ? stop : undefined),
    });
    expect((await stage.engine.runOne('here')).output).toBe('instead');
    const task = await opened(project, { before_task: no });
    expect((await task.engine.runOne('here')).status).toBe('failed');
    expect(stage.calls.concat(task.calls)).toEqual([]);
  });

  it('at before_llm has the next model asked', async () => {
    const { engine, events } = await opened(withFallback(), {
      before_llm: async ({ model }) => (model === 'told' ? stop : undefined),
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', 'Second.']);
    expect(events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.model] : []))).toEqual(['other']);
  });

  it('at after_llm has the next model asked, and the refused answer is paid for', async () => {
    const { engine, events } = await opened(withFallback(), {
      after_llm: async ({ text }) => (text === 'First.' ? stop : undefined),
    });
    const result = await engine.runOne('here');
    expect(words(result)).toEqual(['completed', 'Second.']);
    const paid = events.flatMap((event) => (event.type === 'llm.responded' ? [event.data.outputTokens ?? 0] : []));
    expect(result.usage.completion_tokens).toBe(paid.reduce((sum, tokens) => sum + tokens, 0));
    expect(paid).toHaveLength(2);
  });

  it('wins over what a hook before it replaced', async () => {
    const { engine, calls, events } = await openProject(toolProject(), {
      host: 'memory',
      plugins: [
        guard({ before_tool: async () => ({ replaceInput: { to: 'there' } }) }, 'one'),
        guard({ before_tool: no }, 'two'),
        guard({ before_tool: no }, 'three'),
      ],
    });
    expect(words(await engine.runOne('here'))).toEqual(['failed', ['plugin.veto']]);
    expect(calls).toEqual([]);
    expect(pluginFacts(events)).toEqual(['one before_tool replaceInput', 'two before_tool veto']);
  });

  it('of a tool is told to the agent like a denial, kept in its log and in the audit', async () => {
    const project = agentProject({
      replies: [
        { call: 1, tool_calls: [{ tool: 'ship', arguments: { to: 'x' } }] },
        { match: 'does not allow it .before_tool.: not today', reply: 'I do without.' },
      ],
      tools: { ship: echo },
    });
    const options = { host: 'local', plugins: [guard({ before_tool: no })] } as const;
    const { engine, calls, events } = await openProject(project, options);
    const result = await engine.runOne('here');
    expect(words(result)).toEqual(['completed', 'I do without.']);
    expect(calls).toEqual([]);
    expect(engine.calls(result.taskId).flatMap((call) => (call.kind === 'tool' ? [call.failure?.code] : []))).toEqual([
      'plugin.veto',
    ]);
    const told = events.filter(({ type }) => type === 'security.denied' || type === 'tool.denied');
    expect(told.map(({ type, data }) => [type, data])).toEqual([
      [
        'security.denied',
        expect.objectContaining({ agent: 'worker', tool: 'ship', step: 's1', level: 'plugin', rule: 'plugins.guard' }),
      ],
      ['tool.denied', expect.objectContaining({ tool: 'ship', step: 's1' })],
    ]);
  });
});

describe('a replacement', () => {
  it('at before_task is the request of the task, in its journal, too', async () => {
    const { engine } = await opened(toolProject(), {
      before_task: async ({ input }) => ({ replaceInput: `${String(input)}!` }),
    });
    const { id } = await engine.createTask({ input: 'here' });
    expect((await engine.showTask(id)).input).toBe('here!');
    expect(words(await engine.runTask(id))).toEqual(['completed', { to: 'here!' }]);
  });

  it('at before_agent is what the agent is given, and at after_agent what it gives', async () => {
    const project = agentProject({ replies: [{ match: 'other words', reply: 'Yes.' }, { reply: 'No.' }] });
    const { engine, events } = await opened(project, {
      before_agent: async () => ({ replaceInput: 'other words' }),
      after_agent: async ({ output }) => ({ replaceOutput: `${String(output)} Indeed.` }),
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', 'Yes. Indeed.']);
    expect(pluginFacts(events)).toEqual(['guard before_agent replaceInput', 'guard after_agent replaceOutput']);
  });

  it('at after_agent has to fit the schema, and is what is remembered', async () => {
    const written: unknown[] = [];
    const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
    const { engine, events } = await openProject(answering([{ reply: '{"n":1}' }], { output_schema: schema }), {
      host: 'memory',
      plugins: [
        guard({ after_agent: async () => ({ replaceOutput: { n: 'many' } }) }, 'wrong'),
        guard({ after_agent: async () => ({ replaceOutput: { n: 2 } }) }, 'right'),
        guard({
          before_memory: async (context) => {
            if (context.operation === 'write') written.push(context.items.map(({ content }) => content));
          },
        }),
      ],
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', { n: 2 }]);
    expect(written).toEqual([['{\n  "n": 2\n}']]);
    expect(pluginFacts(events)).toEqual([
      'wrong after_agent failed: its replaceOutput was refused: it does not fit the schema: "/n" must be a number.',
      'right after_agent replaceOutput',
    ]);
  });

  it('at before_llm is what the model is asked with, and at after_llm what it is taken to have said', async () => {
    const project = agentProject({ replies: [{ match: 'Say please', reply: 'Yes.' }, { reply: 'No.' }] });
    const { engine, events } = await opened(project, {
      before_llm: async ({ prompt }) => ({
        replaceInput: { messages: prompt.messages.map(({ content }) => ({ content: `${content}\nSay please.` })) },
      }),
      after_llm: async ({ text }) => ({ replaceOutput: { text: text.toUpperCase() } }),
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', 'YES.']);
    expect(pluginFacts(events)).toEqual(['guard before_llm replaceInput', 'guard after_llm replaceOutput']);
  });

  it('at before_tool is read as the arguments of a model are, and at after_tool is the output', async () => {
    const { engine, events } = await openProject(toolProject(), {
      host: 'memory',
      plugins: [
        guard({ before_tool: async () => ({ replaceInput: { from: 'x' } }) }, 'wrong'),
        guard({ before_tool: async () => ({ replaceInput: { to: 'there' } }) }, 'right'),
        guard({ after_tool: async ({ output }) => ({ replaceOutput: { was: output } }) }, 'late'),
      ],
    });
    expect(words(await engine.runOne('here'))).toEqual(['completed', { was: { to: 'there' } }]);
    expect(pluginFacts(events).map((fact) => fact.replace(/refused: .*/u, 'refused'))).toEqual([
      'wrong before_tool failed: its replaceInput was refused',
      'right before_tool replaceInput',
      'late after_tool replaceOutput',
    ]);
  });

  it('at after_stage is the output of the stage', async () => {
    const workflow = { nodes: [{ id: 'make', type: 'transform', output: 1 } as const] };
    const { engine } = await opened({ workflow }, { after_stage: async () => ({ replaceOutput: 2 }) });
    expect(words(await engine.runOne('here'))).toEqual(['completed', 2]);
  });

  it.each([
    ['a tool', toolProject({ toolSpecs: { ship: { output_schema: numbered } } }), { to: 1 }],
    ['an agent', answering([{ reply: '{"n":1}' }], { output_schema: numbered }), { n: 1 }],
  ])('at after_stage has to fit the schema of %s', async (_, project, output) => {
    const fitting = { ...project, ...('tools' in project && { tools: { ship: () => output } }) };
    const { engine, events } = await opened(fitting, { after_stage: async () => ({ replaceOutput: 'words' }) });
    expect((await engine.runOne('here')).output).toEqual(output);
    expect(pluginFacts(events).join()).toContain(
      'guard after_stage failed: its replaceOutput was refused: it does not fit the schema: ',
    );
  });

  it('at before_memory and after_memory takes items out and changes their texts', async () => {
    const workflow = {
      nodes: [
        { id: 'first', type: 'agent', agent: 'worker' } as const,
        { id: 'second', type: 'agent', agent: 'worker' } as const,
      ],
      edges: [{ from: 'first', to: 'second' }],
    };
    const shown: unknown[] = [];
    const { engine, events } = await opened(
      { ...answering([{ reply: 'My secret.' }]), workflow },
      {
        before_memory: async (context) =>
          context.operation === 'write'
            ? { replaceInput: context.items.map(({ id }) => ({ id, content: 'My hint.' })) }
            : undefined,
        after_memory: async ({ operation, items }) =>
          operation === 'read' ? { replaceOutput: items.map((item) => ({ ...item, content: 'Less.' })) } : undefined,
        after_context: async ({ items }) => {
          shown.push(items.map(({ source, text }) => [source, text]));
        },
      },
    );
    expect((await engine.runOne('here')).status).toBe('completed');
    expect(shown.at(-1)).toEqual([
      ['task_store/worker', 'Less.'],
      ['direct', 'My secret.'],
    ]);
    expect(pluginFacts(events)).toContain('guard before_memory replaceInput');
  });

  it('at after_context is what the agent is shown, and no more than there is room for', async () => {
    const replies = [{ match: 'only this', reply: 'Yes.' }, { reply: 'No.' }];
    const { engine, events } = await openProject(answering(replies), {
      host: 'memory',
      plugins: [
        guard({ after_context: async () => ({ replaceOutput: [{ at: 0, text: 'word '.repeat(5_000) }] }) }, 'long'),
        guard({ after_context: async () => ({ replaceOutput: [{ at: 0, text: 'only this' }] }) }, 'short'),
      ],
    });
    const result = await engine.runOne('here');
    expect(words(result)).toEqual(['completed', 'Yes.']);
    expect(pluginFacts(events).map((fact) => fact.replace(/\d+ tokens.*/u, ''))).toEqual([
      'long after_context failed: its replaceOutput was refused: it has ',
      'short after_context replaceOutput',
    ]);
  });
});

const addMode = async (): Promise<{ addOverride: object }> => ({
  addOverride: { kind: 'mode', payload: { mode: 'dry_run' } },
});

describe('an override of a plugin', () => {
  const reaching = { nodes: [{ id: 'act', type: 'tool', tool: 'ship', arguments: { to: 'x' } } as const] };

  it.each(['before_task', 'before_routing'] as const)(
    'that is added at %s holds, also against the caller',
    async (point) => {
      const { engine, calls, events } = await opened(toolProject({ workflow: reaching }), { [point]: addMode });
      const { id } = await engine.createTask({ input: 'x', overrides: ['mode=normal'] });
      expect((await engine.showTask(id)).mode).toBe('dry_run');
      await engine.runTask(id);
      expect(calls).toEqual([]);
      expect(pluginFacts(events)).toEqual([`guard ${point} addOverride`]);
      expect(events.flatMap((event) => (event.type === 'override.applied' ? [event.data.from] : []))).toEqual([
        'plugin',
      ]);
    },
  );

  it.each([
    ['cannot be read', { kind: 'mood', payload: {} }],
    ['names what is not there', { kind: 'model', payload: { model: 'nobody' } }],
    ['a person would have to allow', { kind: 'safety', payload: { skip_checks: ['consent'] } }],
    ['outlives the task', { kind: 'mode', scope: 'global', payload: { mode: 'dry_run' } }],
  ])('that %s is refused, and the task runs', async (_, override) => {
    const { engine, events } = await opened(toolProject({ workflow: reaching }), {
      before_task: async () => ({ addOverride: override }),
    });
    expect((await engine.runOne('x')).status).toBe('completed');
    expect(pluginFacts(events)[0]).toMatch(/^guard before_task failed: its addOverride was refused: the override can/u);
  });
});

it('tells observers of ends, and nothing that they answer counts', async () => {
  const seen: unknown[] = [];
  const failing = toolProject({
    tools: {
      ship: () => {
        throw new Error('No.');
      },
    },
  });
  const hooks: PluginHooks = {
    on_error: async ({ of, failure, stage }) => void seen.push(['on_error', of, failure.code, stage]),
    on_task_completed: async ({ status, output }) => void seen.push(['completed', status, output]),
    after_task: async ({ status }) => void seen.push(['after', status]),
  };
  const good = await opened(toolProject(), hooks);
  await good.engine.runOne('here');
  const bad = await opened(failing, hooks);
  await bad.engine.runOne('here');
  expect(seen).toEqual([
    ['completed', 'completed', { to: 'here' }],
    ['after', 'completed'],
    ['on_error', 'stage', 'tool.failed', 'act'],
    ['on_error', 'task', 'tool.failed', undefined],
    ['after', 'failed'],
  ]);
});

it('has a table of what is allowed at each point, and refuses the rest', async () => {
  const wrong = Object.keys(hookPoints).map((point) =>
    guard({ [point]: async () => ({ replaceEverything: true }) }, `at_${point}`),
  );
  const refused = new Set<string>();
  const { engine, events } = await openProject(answering(), { host: 'memory', plugins: wrong });
  const result = await engine.runOne('here');
  expect(words(result)).toEqual(['completed', 'Hello.']);
  for (const fact of pluginFacts(events)) refused.add(fact);
  const expected = Object.keys(hookPoints)
    .filter((point) => !['before_tool', 'after_tool', 'on_error'].includes(point))
    .map(
      (point) =>
        `at_${point} ${point} failed: its verdict is not one of veto, replaceInput, replaceOutput, addOverride`,
    );
  expect([...refused].toSorted()).toEqual(expected.toSorted());
});
