import type { TestProject } from './engine-fixture.ts';

/** Two pipelines: one ends with a tool that ships, the other one only looks. Agents say which model they are. */
export function overrideProject(parts: Partial<TestProject> = {}): TestProject {
  return {
    workflow: {
      nodes: [
        { id: 'plan', type: 'agent', agent: 'planner' },
        { id: 'look', type: 'agent', agent: 'writer' },
        { id: 'ship', type: 'tool', tool: 'ship', arguments: { to: 'all' } },
      ],
      edges: [
        { from: 'plan', to: 'look' },
        { from: 'look', to: 'ship' },
      ],
    },
    engine: {
      models: { big: spoken('big'), small: spoken('small') },
      defaults: { model: 'big', max_cost_usd: 1, max_tokens_total: 100_000 },
      ...parts.engine,
    },
    agents: {
      planner: { prompt: 'Plan.', output_schema: { type: 'string' } },
      writer: { prompt: 'Write.', context_profile: 'all', output_schema: { type: 'string' } },
    },
    pipelines: {
      pipelines: {
        full: { entry: 'plan', ends: ['ship'], priority: 10 },
        analysis: { entry: 'plan', ends: ['look'] },
      },
    },
    memory: {
      memory: {
        task_store: { type: 'in_memory' },
        project_store: { type: 'file_json', path: './project.json' },
        global_store: { type: 'file_json', path: './global.json' },
      },
      context_profiles: {
        all: { max_tokens: 2_000, sources: ['project_store', 'task_store'] },
        none: { max_tokens: 200, sources: ['task_store'] },
      },
    },
    tools: { ship: () => 'shipped' },
    toolSpecs: { ship: { consent: 'always' } },
    ...parts,
    files: {
      'big.yaml': JSON.stringify({ replies: [{ reply: 'big' }] }),
      'small.yaml': JSON.stringify({ replies: [{ reply: 'small' }] }),
      ...parts.files,
    },
  };
}

function spoken(name: string): object {
  return { provider: 'scripted', script: `${name}.yaml`, price: { input_per_mtok: 1, output_per_mtok: 1 } };
}
