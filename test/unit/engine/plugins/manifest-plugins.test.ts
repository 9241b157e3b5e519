import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { definePlugin, Engine, type Plugin, type PluginUse } from '../../../../src/index.ts';
import { openProject, type OpenEngine, type TestProject } from '../../../support/engine-fixture.ts';
import { agentProject, echo, guard, pluginFacts, toolProject, words } from '../../../support/plugin-project.ts';
import { temporaryDirectory, writeProject } from '../../../support/project-fixture.ts';

const guardCode = `
let forbidden = [];
export const plugin = {
  name: 'any',
  version: '1',
  setup: (config) => { forbidden = config.forbid; },
  hooks: { before_tool: async ({ tool, plugin }) => (forbidden.includes(tool) ? { veto: plugin + ' says no' } : undefined) },
};
`;

const withPlugin = (code: string, spec: object = {}): TestProject =>
  toolProject({
    plugins: [{ name: 'guard', type: 'module', module: './plugins/guard.mjs', ...spec }],
    files: { 'plugins/guard.mjs': code },
  });

const open = (project: TestProject, plugins: readonly (Plugin | PluginUse)[] = []): Promise<OpenEngine> =>
  openProject(project, { host: 'memory', plugins });

const addingLetter = (letter: string): string =>
  `export const plugin = { name: 'x', version: '1', hooks: { before_task: async ({ input }) => ({ replaceInput: input + '${letter}' }) } };`;

describe('a plugin of plugins.yaml', () => {
  it('is loaded from its module, set up with its config, and goes by its name there', async () => {
    const { engine, calls } = await open(withPlugin(guardCode, { config: { forbid: ['ship'] } }));
    const result = await engine.runOne('here');
    expect(words(result)).toEqual(['failed', ['plugin.veto']]);
    expect(result.failures[0]?.message).toBe('The plugin "guard" does not allow it (before_tool): guard says no.');
    expect(calls).toEqual([]);
    const other = await open(withPlugin(guardCode, { config: { forbid: [] } }));
    expect((await other.engine.runOne('here')).status).toBe('completed');
  });

  it('has its config from the environment and from secret files', async () => {
    const directory = temporaryDirectory();
    const code = `export const plugin = { name: 'a', version: '1', setup: ({ key, secret }) => { throw new Error(key + secret); } };`;
    const config = { key: '${env:GUARD_KEY}', secret: '${file:secret.txt}' };
    const { tools: _tools, toolSpecs: _specs, ...parts } = withPlugin(code, { critical: true, config });
    writeProject(directory, {
      ...parts,
      workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] },
      files: { ...parts.files, 'secret.txt': 'two' },
    });
    const opening = Engine.fromConfigDir(directory, { host: 'memory', environment: { GUARD_KEY: 'one' } });
    await expect(opening).rejects.toMatchObject({
      code: 'PLUGIN_SETUP_FAILED',
      message: 'The plugin "guard", which is critical, was not set up: it threw: onetwo.',
    });
  });

  it('has its secret files out of reach of tools', async () => {
    const code = `export const plugin = { name: 'a', version: '1', setup: () => undefined };`;
    const tools = { read: { type: 'filesystem.read_file', root: '.' } };
    const files = {
      'plugins/guard.mjs': code,
      'secret.txt': 'secret words',
      'tools.json': JSON.stringify({ tools }),
    };
    const told = async (config: object): Promise<unknown> => {
      const { engine } = await open({
        workflow: { nodes: [{ id: 'look', type: 'tool', tool: 'read', arguments: { path: 'secret.txt' } }] },
        engine: { permissions: { filesystem: { read: ['.'] } } },
        plugins: [{ name: 'guard', type: 'module', module: './plugins/guard.mjs', config }],
        files,
      });
      return words(await engine.runOne('go'));
    };
    expect(await told({ key: '${file:secret.txt}' })).toEqual(['failed', ['permission.denied']]);
    expect(await told({})).toMatchObject(['completed', { text: 'secret words' }]);
  });

  it('comes before those of the program, in the order of the manifest', async () => {
    const project = toolProject({
      plugins: [
        { name: 'b', type: 'module', module: './b.mjs' },
        { name: 'a', type: 'module', module: './a.mjs' },
      ],
      files: { 'a.mjs': addingLetter('a'), 'b.mjs': addingLetter('b') },
    });
    const mine = guard({ before_task: async ({ input }) => ({ replaceInput: `${String(input)}c` }) });
    const { engine } = await open(project, [mine]);
    expect((await engine.runOne('x')).output).toEqual({ to: 'xbac' });
  });

  it.each([
    ['has no plugin', 'export const guard = 1;', 'exports no "plugin", but "guard"'],
    ['has nothing', '', 'exports no "plugin", but nothing'],
    [
      'imports what is not there',
      'import "no-such-package";',
      "Cannot find package 'no-such-package'",
      'Install the pack',
    ],
    [
      'has one without a version',
      'export const plugin = { name: "a" };',
      'is none: it has no "version".',
      'as "1.0.0".',
    ],
    [
      'has one with an unknown field',
      'export const plugin = { name: "a", version: "1", hoks: {} };',
      'it has "hoks", which says nothing.',
      'Did you mean "hooks"?',
    ],
    ['has one of another type', 'export const plugin = { name: "a", version: 1 };', '"version" has to be a text.'],
    [
      'has a hook that does not exist',
      'export const plugin = { name: "a", version: "1", hooks: { before_tol: async () => {} } };',
      'is none: there is no hook "before_tol".',
      'Did you mean "before_tool"?',
    ],
    [
      'has a hook that is no function',
      'export const plugin = { name: "a", version: "1", hooks: { before_tool: 5 } };',
      '"hooks.before_tool": it is no function',
    ],
  ])('whose module %s is an error with its place', async (...[, code, reason, hint = '']) => {
    const error = await open(withPlugin(code)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'PLUGIN_INVALID',
      details: { plugin: 'guard', module: './plugins/guard.mjs', path: ['plugins', 0, 'module'] },
    });
    expect(String(error)).toContain(reason);
    expect(error).toHaveProperty('hint', expect.stringContaining(hint));
  });

  it('has the time and the weight that its manifest gives it', async () => {
    const code = `export const plugin = { name: 'a', version: '1', hooks: { before_tool: () => new Promise(() => {}) } };`;
    const { engine, clock } = await open(withPlugin(code, { timeout: '70ms', critical: true }));
    const begun = clock.now();
    expect(words(await clock.outcomeOf(engine.runOne('here')))).toEqual(['failed', ['plugin.failed']]);
    expect(clock.now() - begun).toBe(70);
  });
});

const noting = (name: string, log: string[], broken?: 'setup' | 'teardown'): Plugin => {
  const note = (what: 'setup' | 'teardown'): void => {
    log.push(`${name} ${what}`);
    if (what === broken) throw new Error('Broken.');
  };
  return definePlugin({ name, version: '1', setup: () => note('setup'), teardown: () => note('teardown') });
};

describe('setup and teardown', () => {
  it('are called once for an engine, the last one first at its end, also when another one fails', async () => {
    const log: string[] = [];
    const plugins = [noting('a', log), noting('b', log, 'setup'), noting('c', log, 'teardown'), noting('d', log)];
    const { engine, events } = await open(toolProject(), plugins);
    await engine.runOne('one');
    await engine.runOne('two');
    await Promise.all([engine.close(), engine.close()]);
    expect(log).toEqual(['a setup', 'b setup', 'c setup', 'd setup', 'd teardown', 'c teardown', 'a teardown']);
    expect(pluginFacts(events)).toEqual(['b setup failed: it threw: Broken.', 'c teardown failed: it threw: Broken.']);
  });

  it('leave nothing set up when a critical one fails', async () => {
    const log: string[] = [];
    const { tools: _tools, toolSpecs: _specs, ...parts } = toolProject();
    const directory = temporaryDirectory();
    writeProject(directory, { ...parts, workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] } });
    const plugins = [noting('a', log), { plugin: noting('b', log, 'setup'), critical: true }];
    await expect(Engine.fromConfigDir(directory, { host: 'memory', environment: {}, plugins })).rejects.toMatchObject({
      code: 'PLUGIN_SETUP_FAILED',
    });
    expect(log).toEqual(['a setup', 'b setup', 'a teardown']);
  });

  it('tell sinks of a plugin that was left out', async () => {
    const log = [{ name: 'log', type: 'telemetry.logger', config: { path: './events.jsonl' } }];
    const { engine, directory } = await open(toolProject({ plugins: log }), [noting('b', [], 'setup')]);
    await engine.close();
    expect(readFileSync(path.join(directory, 'events.jsonl'), 'utf8')).toContain('"plugin":"b","point":"setup"');
  });

  it('are not for a plugin beside which something stands that says nothing', async () => {
    const use = { plugin: noting('a', []), confg: {} };
    await expect(open(toolProject(), [use])).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: 'The plugin "a" cannot be used: "confg" beside it says nothing.',
      hint: 'Did you mean "config"?',
    });
  });

  it('are not for two plugins of one name', async () => {
    await expect(open(toolProject(), [noting('a', []), noting('a', [])])).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: 'The plugin "a" cannot be used: another one has its name.',
    });
  });
});

it('tells a plugin of the events that it listens to, as copies; a listener that fails is told of no more, and the others are', async () => {
  const seen: unknown[] = [];
  const failed: string[] = [];
  const listener = definePlugin({
    name: 'listener',
    version: '1',
    events: {
      'tool.finished': ({ data }) => void seen.push([data.tool, Object.isFrozen(data)]),
      'task.completed': () => {
        failed.push('thrown');
        throw new Error('No.');
      },
      'stage.started': async () => {
        failed.push('rejected');
        throw new Error('Neither.');
      },
    },
  });
  const { engine, events } = await open(toolProject(), [listener]);
  await engine.runOne('one');
  await engine.runOne('two');
  await engine.close();
  expect(seen).toEqual([
    ['ship', true],
    ['ship', true],
  ]);
  expect(failed.toSorted()).toEqual(['rejected', 'thrown']);
  expect(pluginFacts(events).toSorted()).toEqual([
    'listener event stage.started failed: its listener threw, and is told of no more: Neither.',
    'listener event task.completed failed: its listener threw, and is told of no more: No.',
  ]);
});

it('tells of a listener that fails while the engine is closed', async () => {
  const listener = definePlugin({
    name: 'listener',
    version: '1',
    events: {
      'task.created': () => {
        throw new Error('No.');
      },
    },
  });
  const { engine, events } = await open(toolProject(), [listener]);
  await engine.createTask({ input: 'one' });
  await engine.close();
  expect(JSON.stringify(events)).toContain('told of no more: No.');
});

const agentSteps = ['load_task_state', 'assemble_context', 'build_prompt', 'call_llm', 'validate_json'];

const answering = (stages: readonly string[]): TestProject => ({
  ...agentProject({ replies: [{ reply: 'Hello.' }] }),
  pipelines: { pipeline_templates: { agent_node: { stages } } },
});

const shipping = (stages: readonly string[]): TestProject =>
  toolProject({ pipelines: { pipeline_templates: { tool_node: { stages } } } });

describe('steps of a plugin in stage templates', () => {
  const steps = definePlugin({
    name: 'mine',
    version: '1',
    steps: {
      shout: async ({ output }) => ({ replaceOutput: String(output).toUpperCase() }),
      wrap: async ({ output, tool, step }) => ({ replaceOutput: { tool, step, output } }),
      refuse: async () => ({ veto: 'no' }),
      early: async ({ output }) => (output === undefined ? undefined : { veto: 'too late' }),
      number: async () => ({ replaceOutput: 5 }),
    },
  });
  it('run where the template has them', async () => {
    const agent = await open(answering(['mine.early', ...agentSteps, 'mine.shout', 'apply_agent_effects']), [steps]);
    expect(words(await agent.engine.runOne('go'))).toEqual(['completed', 'HELLO.']);
    expect(pluginFacts(agent.events)).toEqual(['mine step mine.shout replaceOutput']);
    const tool = await open(shipping(['validate_tool_input', 'mine.early', 'execute_tool', 'mine.wrap']), [steps]);
    expect(words(await tool.engine.runOne('go'))).toEqual([
      'completed',
      { tool: 'ship', step: 'mine.wrap', output: { to: 'go' } },
    ]);
  });

  it('may stop a stage, and are held to what the agent may answer', async () => {
    const refusing = await open(shipping(['mine.refuse', 'execute_tool']), [steps]);
    expect(words(await refusing.engine.runOne('go'))).toEqual(['failed', ['plugin.veto']]);
    expect(refusing.calls).toEqual([]);
    const wrong = await open(answering([...agentSteps, 'mine.number']), [steps]);
    expect(words(await wrong.engine.runOne('go'))).toEqual(['completed', 'Hello.']);
    expect(pluginFacts(wrong.events)).toEqual(['mine step mine.number failed: an answer without a schema is a text']);
  });

  it('of a tool stage are told where they are, and are held to what the tool may give', async () => {
    const seen: unknown[] = [];
    const changing = definePlugin({
      name: 'mine',
      version: '1',
      steps: {
        wrong: async ({ stage, attempt, pipeline, taskId }) => {
          seen.push({ stage, attempt, pipeline, taskId });
          return { replaceOutput: 'words' };
        },
      },
    });
    const project = {
      ...shipping(['execute_tool', 'mine.wrong']),
      toolSpecs: { ship: { output_schema: { type: 'object' } } },
    };
    const { engine, events } = await open(project, [changing]);
    expect((await engine.runOne('go', { id: 'task' })).output).toEqual({ to: 'go' });
    expect(seen).toEqual([{ stage: 'act', attempt: 1, pipeline: 'main', taskId: 'task' }]);
    expect(pluginFacts(events)[0]).toContain('mine step mine.wrong failed: it does not fit the schema: ');
  });

  it('have to be there when the engine is opened', async () => {
    await expect(open(shipping(['execute_tool', 'mine.unknown']), [steps])).rejects.toMatchObject({
      code: 'PLUGIN_STEP_UNKNOWN',
      message: 'No plugin has the step "mine.unknown", which a stage template lists.',
    });
    const listing = open(shipping(['execute_tool', 'mine.unknown']), [steps]);
    await expect(listing).rejects.toHaveProperty(
      'hint',
      expect.stringContaining('Use one of "mine.shout", "mine.wrap"'),
    );
    const guessing = open(shipping(['execute_tool', 'mine.shuot']), [steps]);
    await expect(guessing).rejects.toHaveProperty('hint', expect.stringContaining('Did you mean "mine.shout"?'));
  });
});

it('has the tools of an agent run as ever beside plugins that only listen', async () => {
  const project = agentProject({
    replies: [{ call: 1, tool_calls: [{ tool: 'ship', arguments: {} }] }, { reply: 'Done.' }],
    tools: { ship: echo },
  });
  const { engine, calls } = await open(project, [definePlugin({ name: 'a', version: '1' })]);
  expect(words(await engine.runOne('go'))).toEqual(['completed', 'Done.']);
  expect(calls).toEqual(['ship']);
});
