import { expect, it } from 'vitest';
import { compileProject, toolReach, type PipelineReach } from '../../../../src/manifest-compiler/index.ts';
import { ProjectSpec } from '../../../../src/manifest/index.ts';

function reachOf(rest: object): readonly PipelineReach[] {
  const { compiled, problems } = compileProject(
    ProjectSpec.parse({
      engine: { name: 'sample', permissions: {} },
      agents: { worker: { prompt: 'Work.', tools: ['change'] } },
      tools: {
        look: { type: 'filesystem.list', root: '.' },
        change: { type: 'filesystem.write_file', root: '.' },
        code: { type: 'registered' },
        tame: { type: 'registered', capabilities: ['expensive'] },
        wild: { type: 'registered', capabilities: ['shell'] },
        idle: { type: 'command.run', command: 'npm test' },
      },
      workflow: { id: 'main', nodes: [] },
      pipelines: {},
      memory: {},
      plugins: [],
      schemas: {},
      texts: {},
      ...rest,
    }),
  );
  expect(problems).toEqual([]);
  return [...(compiled?.pipelines.values() ?? [])].flatMap((pipeline) =>
    compiled === undefined ? [] : toolReach(compiled, pipeline),
  );
}

it('finds what tool nodes, the tools of agents and child tasks can do in each mode', () => {
  const nodes = [
    { id: 'look', type: 'tool', tool: 'look' },
    { id: 'ask', type: 'agent', agent: 'worker' },
    { id: 'wild', type: 'tool', tool: 'wild' },
    { id: 'each', type: 'map', items: '${{ [1] }}', workflow: 'body.yaml' },
  ];
  const edges = nodes.slice(1).map(({ id }, at) => ({ from: nodes[at]?.id, to: id }));
  const body = {
    id: 'body',
    nodes: [
      { id: 'code', type: 'tool', tool: 'code' },
      { id: 'tame', type: 'tool', tool: 'tame' },
    ],
    edges: [{ from: 'code', to: 'tame' }],
  };
  const safe = { run: ['look'], depends: ['code', 'tame'], capabilities: ['deterministic_safe', 'expensive'] };
  expect(reachOf({ workflow: { id: 'main', nodes, edges }, workflows: { 'body.yaml': body } })).toEqual([
    {
      pipeline: 'main',
      modes: {
        normal: {
          run: ['look', 'change', 'code', 'tame', 'wild'],
          depends: [],
          capabilities: ['deterministic_safe', 'expensive', 'workspace_mutation', 'external_network', 'shell'],
        },
        analysis_only: safe,
        dry_run: safe,
      },
      unfenced: ['code', 'tame', 'wild'],
      sandboxes: {},
    },
  ]);
});

it('leaves out modes in which a pipeline does not run', () => {
  const nodes = [{ id: 'change', type: 'tool', tool: 'change' }];
  const pipelines = { pipelines: { real: { entry: 'change', ends: ['change'], modes: ['analysis_only'] } } };
  const [reach] = reachOf({ workflow: { id: 'main', nodes, edges: [] }, pipelines });
  expect(reach?.modes).toEqual({
    normal: { run: ['change'], depends: [], capabilities: ['workspace_mutation'] },
    analysis_only: { run: [], depends: [], capabilities: [] },
  });
});

it('says of tools that start programs whether these are locked up', () => {
  const tools = {
    free: { type: 'command.run', command: 'npm test', sandbox: 'off' },
    plain: { type: 'command.run', command: 'npm test' },
    'server.work': { type: 'mcp', command: 'npx', sandbox: 'required', only: ['work'] },
    'site.work': { type: 'mcp', url: 'https://mcp.example.org/', only: ['work'] },
  };
  const agents = { worker: { prompt: 'Work.', tools: Object.keys(tools) } };
  const nodes = [{ id: 'ask', type: 'agent', agent: 'worker' }];
  const [reach] = reachOf({ tools, agents, workflow: { id: 'main', nodes, edges: [] } });
  expect(reach?.sandboxes).toEqual({ free: 'off', plain: 'auto', 'server.work': 'required' });
});
