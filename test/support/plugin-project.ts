import { definePlugin, type EngineEvent, type Plugin, type PluginHooks, type TaskResult } from '../../src/index.ts';
import type { TestProject, TestTools } from './engine-fixture.ts';

/** A plugin with these hooks. */
export function guard(hooks: PluginHooks, name = 'guard'): Plugin {
  return definePlugin({ name, version: '1.0.0', hooks });
}

export const echo = (given: unknown): unknown => given;

/** A tool that is given the request: `ship({ to: input })`. */
export function toolProject(changes: Partial<TestProject> = {}): TestProject {
  return {
    workflow: { nodes: [{ id: 'act', type: 'tool', tool: 'ship', arguments: { to: '${{ input }}' } }] },
    tools: { ship: echo },
    toolSpecs: { ship: { input_schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] } } },
    ...changes,
  };
}

export interface AgentProject {
  readonly replies: readonly object[];
  readonly tools?: TestTools;
  readonly agent?: object;
  readonly models?: object;
  readonly memory?: object;
  readonly node?: object;
}

/** An agent whose models answer from a script. */
export function agentProject({
  replies,
  tools = {},
  agent = {},
  models = {},
  memory,
  node = {},
}: AgentProject): TestProject {
  return {
    workflow: { nodes: [{ id: 'work', type: 'agent', agent: 'worker', ...node }] },
    engine: {
      models: { told: { provider: 'scripted', script: 'replies.yaml' }, ...models },
      defaults: { model: 'told' },
    },
    agents: { worker: { prompt: 'Work.', tools: Object.keys(tools), ...agent } },
    ...(memory !== undefined && { memory }),
    files: { 'replies.yaml': JSON.stringify({ replies }) },
    tools,
  };
}

/** What a task came to, in few words. */
export function words({ status, output, failures }: TaskResult): unknown {
  return failures.length === 0 ? [status, output] : [status, failures.map(({ code }) => code)];
}

/** What plugins did, in few words. */
export function pluginFacts(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'hook.changed') return [`${event.data.plugin} ${event.data.point} ${event.data.change}`];
    if (event.type === 'hook.vetoed') return [`${event.data.plugin} ${event.data.point} veto`];
    if (event.type !== 'plugin.failed') return [];
    return [`${event.data.plugin} ${event.data.point} failed: ${event.data.problem}`];
  });
}
