import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentSpec, EdgeSpec, MergeNodeSpec, NodeSpec, ProjectSpec } from '../../../../src/manifest/index.ts';
import { compileProject, staticFacts, type StaticFacts } from '../../../../src/manifest-compiler/index.ts';
import { worstCases } from '../../../../src/manifest-compiler/explore/costliest-run.ts';
import { createSpace } from '../../../../src/manifest-compiler/explore/space.ts';
import type { GraphNode } from '../../../../src/machines/index.ts';
import { everyRun } from '../../../support/every-run.ts';
import { blocksWorkflow } from '../../../support/known-workflows.ts';
import { propertySettings } from '../../../support/property-settings.ts';
import { workflows } from '../../../support/workflow-generator.ts';
import { planWorkflow } from '../../../support/workflow-subject.ts';

const model = { provider: 'scripted', context_window: 1_000, max_output_tokens: 200 };
const price = { input_per_mtok: 1_000, output_per_mtok: 5_000 };

function project(rest: Partial<ProjectSpec>): ProjectSpec {
  return {
    engine: { name: 'sample', models: { priced: { ...model, price }, unpriced: model } },
    agents: { worker: { prompt: 'Work.', model: 'priced', tools: ['look', 'change'], max_steps: 1 } },
    tools: {
      look: { type: 'filesystem.list', root: '.' },
      change: { type: 'filesystem.write_file', root: '.' },
      own: { type: 'registered' },
      idle: { type: 'registered' },
    },
    workflow: { id: 'sample', nodes: [] },
    workflows: {},
    pipelines: {},
    memory: {},
    plugins: [],
    schemas: {},
    texts: {},
    ...rest,
  };
}

function factsOf(sample: ProjectSpec): readonly StaticFacts[] {
  const { compiled, problems } = compileProject(sample);
  expect(problems).toEqual([]);
  if (compiled === undefined) throw new Error('The sample has errors.');
  return [...compiled.pipelines.values()].map((pipeline) => staticFacts(compiled, pipeline));
}

/** Of two branches that a merge joins. */
function joining(merge: Partial<MergeNodeSpec>): StaticFacts | undefined {
  const branches = ['a', 'b'].map((id) => ({ id, type: 'transform', output: 1 }) as const);
  const [facts] = factsOf(
    project({
      workflow: {
        id: 'sample',
        nodes: [{ id: 'fork', type: 'transform', output: 1 }, ...branches, { id: 'join', type: 'merge', ...merge }],
        edges: branches.flatMap(({ id }) => [
          { from: 'fork', to: id },
          { from: id, to: 'join' },
        ]),
      },
    }),
  );
  return facts;
}

const nodes: NodeSpec[] = [
  { id: 'ask', type: 'agent', agent: 'worker', retries: 2 },
  { id: 'pick', type: 'decision', agent: 'worker' },
  { id: 'long', type: 'agent', agent: 'worker', retries: 1 },
  { id: 'short', type: 'tool', tool: 'own' },
];
const edges: EdgeSpec[] = [
  { from: 'ask', to: 'pick' },
  { from: 'pick', to: 'long', condition: 'long' },
  { from: 'pick', to: 'short', condition: 'short' },
];

describe('static facts', () => {
  it('tell the most that a run can cost, and what it can touch', () => {
    expect(factsOf(project({ workflow: { id: 'sample', nodes, edges } }))).toEqual([
      {
        pipeline: 'sample',
        modelCalls: { most: 12, isExact: true },
        tokens: { input: { most: 9_600, isExact: true }, output: { most: 2_400, isExact: true } },
        costUsd: { most: 21.6, isExact: true },
        tools: {
          normal: { run: ['look', 'change', 'own'], depends: [] },
          analysis_only: { run: ['look'], depends: ['own'] },
          dry_run: { run: ['look'], depends: ['own'] },
        },
        unhandled: [
          { node: 'ask', categories: [...ofAgents], isAbsorbed: false },
          { node: 'pick', categories: [...ofAgents, 'routing'], isAbsorbed: false },
          { node: 'long', categories: [...ofAgents], isAbsorbed: false },
          { node: 'short', categories: ['config', 'tool', 'permission', 'timeout', 'plugin'], isAbsorbed: false },
        ],
      },
    ]);
  });

  it('tell which tools a safe mode lets remember: those that do so for the task alone', () => {
    const tools = {
      note: { type: 'memory.remember' },
      share: { type: 'memory.remember', store: 'project_store' },
      recall: { type: 'memory.recall', store: 'global_store' },
      search: { type: 'filesystem.search', root: '.' },
      patch: { type: 'filesystem.patch', root: '.' },
    } as const satisfies ProjectSpec['tools'];
    const used = Object.keys(tools).map((tool): NodeSpec => ({ id: tool, type: 'tool', tool }));
    const chain = used.slice(1).map(({ id }, at): EdgeSpec => ({ from: used[at]?.id ?? '', to: id }));
    const [facts] = factsOf(project({ tools, workflow: { id: 'sample', nodes: used, edges: chain } }));
    expect(facts?.tools.dry_run).toEqual({ run: ['note', 'recall', 'search'], depends: [] });
  });

  it('count the agents and tools that merges ask', () => {
    const asked = joining({ merge: 'agent', agent: 'worker', retries: 1 });
    const reduced = joining({ merge: 'reduce', tool: 'own', timeout: '1s' });
    expect([asked?.modelCalls.most, asked?.tools.normal.run, asked?.unhandled.at(-1)?.categories]).toEqual([
      4,
      ['look', 'change'],
      [...ofAgents, 'branch_failed'],
    ]);
    expect([reduced?.modelCalls.most, reduced?.tools.normal.run, reduced?.unhandled.at(-1)?.categories]).toEqual([
      0,
      ['own'],
      ['config', 'tool', 'permission', 'timeout', 'plugin', 'branch_failed'],
    ]);
  });

  it('count what the tool plan of an agent may name', () => {
    const planned: NodeSpec[] = [
      { id: 'think', type: 'agent', agent: 'worker' },
      { id: 'act', type: 'tool', plan: 'think' },
    ];
    const workflow = { id: 'sample', nodes: planned, edges: [{ from: 'think', to: 'act' }] };
    const [facts] = factsOf(project({ workflow }));
    expect([facts?.tools.normal.run, facts?.unhandled.at(-1)]).toEqual([
      ['look', 'change'],
      { node: 'act', categories: ['config', 'tool', 'permission', 'timeout', 'plugin'], isAbsorbed: false },
    ]);
  });

  it('give no cost where a price is missing, and no tokens where a size is', () => {
    const workflow = { id: 'sample', nodes: [{ id: 'ask', type: 'agent', agent: 'worker' } as const] };
    const [unpriced] = factsOf(project({ agents: { worker: { prompt: 'Work.', model: 'unpriced' } }, workflow }));
    const [unknown] = factsOf(project({ agents: { worker: { prompt: 'Work.' } }, workflow }));
    expect([unpriced?.costUsd, unpriced?.tokens?.output, unknown?.tokens, unknown?.modelCalls]).toEqual([
      undefined,
      { most: 200, isExact: true },
      undefined,
      { most: 1, isExact: true },
    ]);
  });

  it.each<[string, Partial<AgentSpec>, number]>([
    ['one call', {}, 1],
    ['eight cycles and an answer, with tools', { tools: ['look'] }, 9],
    ['as many cycles as it may have, and an answer', { tools: ['look'], max_steps: 3 }, 4],
    ['no cycles without tools', { max_steps: 3 }, 1],
    ['one more for an answer that breaks its schema', { output_schema: { type: 'object' } }, 2],
    ['none more when it is not asked again', { output_schema: { type: 'object' }, json: { retries: 0 } }, 1],
    ['one for each fallback model', { json: { retries: 2 }, fallback_models: ['priced', 'priced'] }, 5],
  ])('count of an agent %s', (_, agent, calls) => {
    const workflow = { id: 'sample', nodes: [{ id: 'ask', type: 'agent', agent: 'worker' } as const] };
    const [facts] = factsOf(project({ agents: { worker: { prompt: 'Work.', model: 'priced', ...agent } }, workflow }));
    expect([facts?.modelCalls.most, facts?.tokens?.output.most, facts?.costUsd?.most]).toEqual([
      calls,
      200 * calls,
      1.8 * calls,
    ]);
  });

  it('count what a budget degrades to, where it costs more', () => {
    const budget = { max_tokens_total: 5, on_exceeded: 'degrade', degrade_to: 'long' } as const;
    const models = { priced: { ...model, price }, long: { ...model, max_output_tokens: 1_000, price } };
    const [facts] = factsOf(
      project({
        engine: { name: 'sample', models },
        agents: { worker: { prompt: 'Work.', model: 'priced', budget } },
        workflow: { id: 'sample', nodes: [{ id: 'ask', type: 'agent', agent: 'worker' }] },
      }),
    );
    expect([facts?.modelCalls.most, facts?.tokens?.output.most, facts?.costUsd?.most]).toEqual([1, 1_000, 5]);
  });

  it('bound what a dearer fallback model may cost, which goes on with the whole conversation', () => {
    const models = { priced: { ...model, price }, long: { ...model, max_output_tokens: 1_000, price } };
    const worker = { prompt: 'Work.', model: 'priced', tools: ['look'], max_steps: 2, fallback_models: ['long'] };
    const workflow = { id: 'sample', nodes: [{ id: 'ask', type: 'agent', agent: 'worker' } as const] };
    const [facts] = factsOf(project({ engine: { name: 'sample', models }, agents: { worker }, workflow }));
    expect([facts?.modelCalls, facts?.costUsd]).toEqual([
      { most: 4, isExact: false },
      { most: 20, isExact: false },
    ]);
  });

  it('count what the budgets of stages degrade to, also for child tasks', () => {
    const budget = { max_tokens_total: 5, on_exceeded: 'degrade', degrade_to: 'long' } as const;
    const models = { priced: { ...model, price }, long: { ...model, max_output_tokens: 1_000, price } };
    const ask = { type: 'agent', agent: 'worker' } as const;
    const below = { asking: { id: 'asking', nodes: [{ ...ask, id: 'item' }] } };
    const costOf = (node: NodeSpec): unknown => {
      const agents = { worker: { prompt: 'Work.', model: 'priced' } };
      const workflow = { id: 'sample', nodes: [node] };
      return factsOf(project({ engine: { name: 'sample', models }, agents, workflow, workflows: below }))[0]?.costUsd;
    };
    expect(costOf({ ...ask, id: 'one', budget })).toEqual({ most: 5, isExact: false });
    expect(costOf({ id: 'each', type: 'map', items: [1, 2], workflow: 'asking', budget })).toEqual({
      most: 10,
      isExact: false,
    });
  });

  it('know what models of providers cost that ask for money', () => {
    const known = { provider: 'anthropic', model: 'claude-sonnet-4-5', context_window: 1_000, max_output_tokens: 500 };
    const [facts] = factsOf(
      project({
        engine: { name: 'sample', models: { known } },
        agents: { worker: { prompt: 'Work.', model: 'known' } },
        workflow: { id: 'sample', nodes: [{ id: 'ask', type: 'agent', agent: 'worker' }] },
      }),
    );
    expect(facts?.costUsd).toEqual({ most: 0.009, isExact: true });
  });

  it('count an edge that takes a failure, and a merge that can do without a branch', () => {
    const [facts] = factsOf(
      project({
        workflow: {
          id: 'sample',
          nodes: [
            { id: 'fork', type: 'transform', output: 1 },
            { id: 'a', type: 'tool', tool: 'own' },
            { id: 'b', type: 'transform', output: 1 },
            { id: 'join', type: 'merge', on_branch_failure: 'continue' },
            { id: 'end', type: 'end' },
          ],
          edges: [
            { from: 'fork', to: 'a' },
            { from: 'fork', to: 'b' },
            { from: 'a', to: 'join' },
            { from: 'b', to: 'join' },
            { from: 'a', to: 'end', type: 'error', on: ['tool', 'timeout', 'config', 'plugin'] },
            { from: 'join', to: 'end' },
            { from: 'join', to: 'end', type: 'error' },
          ],
        },
      }),
    );
    expect(facts?.unhandled).toEqual([
      { node: 'fork', categories: ['config'], isAbsorbed: true },
      { node: 'a', categories: ['permission'], isAbsorbed: true },
      { node: 'b', categories: ['config'], isAbsorbed: true },
    ]);
  });
});

const ofAgents = ['config', 'agent', 'provider', 'json', 'context', 'memory', 'budget', 'plugin'] as const;

describe('the worst case', () => {
  it('is what the heaviest of all runs comes to, or a bound that none exceeds', () => {
    fc.assert(
      fc.property(workflows({ maxNodes: 6 }), (workflow) => {
        const { graph, reading } = planWorkflow(workflow);
        const weightOf = (index: number): number => (graph.nodes[index]?.closes === undefined ? 1 + (index % 3) : 0);
        const sums = everyRun(workflow, reading).map(({ outcomes }) =>
          [...outcomes.keys()].reduce((sum, index) => sum + weightOf(index), 0),
        );
        const heaviest = Math.max(0, ...sums);
        const weigh = [() => 0, (node: GraphNode) => weightOf(node.index), () => 0];
        const [, { most, isExact } = { most: -1, isExact: true }] = worstCases(createSpace(graph), weigh);
        expect(isExact ? most === heaviest : most >= heaviest).toBe(true);
        expect(isExact || graph.exit === 'first' || graph.failFast || hasCancelling(graph.nodes)).toBe(true);
      }),
      propertySettings(500),
    );
  });

  it('counts each stage once where branches meet again, however many runs there are', () => {
    const { graph } = planWorkflow(blocksWorkflow(30, 4));
    expect(worstCases(createSpace(graph), [countOf('agent'), countOf('merge')])).toEqual([
      { most: 1 + 30 * 6, isExact: true },
      { most: 30, isExact: true },
    ]);
  });
});

function countOf(type: GraphNode['type']): (node: GraphNode) => number {
  return (node) => (node.type === type ? 1 : 0);
}

function hasCancelling(all: readonly { readonly join: { readonly cancelRemaining: boolean } }[]): boolean {
  return all.some(({ join }) => join.cancelRemaining);
}

describe('the facts of nodes whose work is done by child tasks', () => {
  const ask = { id: 'ask', type: 'agent', agent: 'worker', retries: 1 } as const;
  const bodies = {
    asking: { id: 'asking', nodes: [ask] },
    round: { id: 'round', nodes: [{ id: 'again', type: 'repeat', max_iterations: 3, workflow: 'asking' } as const] },
  };
  const mostOf = (node: NodeSpec): StaticFacts | undefined =>
    factsOf(project({ workflow: { id: 'sample', nodes: [node] }, workflows: bodies }))[0];

  it('count every item, iteration and attempt, at every depth', () => {
    const each: NodeSpec = { id: 'each', type: 'map', items: ['a', 'b'], retries: 4, workflow: 'round' };
    expect(mostOf(each)).toMatchObject({
      modelCalls: { most: 2 * 3 * 2 * 2 * 5, isExact: false },
      tokens: { input: { most: 120 * 800 }, output: { most: 120 * 200 } },
      tools: { normal: { run: ['look', 'change'], depends: [] }, dry_run: { run: ['look'], depends: [] } },
    });
    expect(mostOf({ id: 'call', type: 'workflow', workflow: 'asking' })?.modelCalls).toEqual({
      most: 4,
      isExact: true,
    });
  });

  it('are without bound for a list of any length, and bounded by max_items', () => {
    const each = { id: 'each', type: 'map', items: '${{ input }}', workflow: 'asking' } as const;
    expect(mostOf(each)?.modelCalls.most).toBe(Infinity);
    expect(mostOf({ ...each, max_items: 10 })?.modelCalls.most).toBe(40);
    const idle = { silent: { id: 'silent', nodes: [{ id: 'one', type: 'transform', output: 1 } as const] } };
    const silent = project({ workflow: { id: 'sample', nodes: [{ ...each, workflow: 'silent' }] }, workflows: idle });
    expect(factsOf(silent)[0]?.modelCalls).toEqual({ most: 0, isExact: true });
  });
});
