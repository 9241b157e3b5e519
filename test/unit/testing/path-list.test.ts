import { describe, expect, it } from 'vitest';
import { listProjectPaths } from '../../../src/testing/index.ts';
import { compiledSample } from '../../support/compiled-sample.ts';
import { blocksWorkflow, chainWorkflow } from '../../support/known-workflows.ts';

const model = {
  provider: 'scripted',
  context_window: 1_000,
  max_output_tokens: 200,
  price: { input_per_mtok: 1_000, output_per_mtok: 5_000 },
};

const routed = compiledSample(
  [
    { id: 'pick', type: 'decision', agent: 'judge' },
    { id: 'look', type: 'tool', tool: 'look' },
    { id: 'own', type: 'tool', tool: 'own' },
    { id: 'done', type: 'end' },
    { id: 'lost', type: 'end', status: 'failure' },
  ],
  [
    { from: 'pick', to: 'look', condition: 'look' },
    { from: 'pick', to: 'own' },
    { from: 'look', to: 'done' },
    { from: 'own', to: 'done' },
    { from: 'look', to: 'lost', type: 'error', on: ['tool', 'timeout'] },
  ],
  {
    engine: { name: 'sample', models: { priced: model } },
    agents: { judge: { prompt: 'Judge.', model: 'priced' } },
    tools: { look: { type: 'filesystem.list', root: '.' }, own: { type: 'registered' } },
  },
);

describe('listProjectPaths', () => {
  it('lists every way with its edges, and what one run can come to', () => {
    const ofTools = ['config', 'tool', 'permission', 'timeout', 'plugin'];
    const ofAgents = ['config', 'agent', 'provider', 'json', 'context', 'memory', 'budget', 'plugin'];
    expect(listProjectPaths(routed)).toEqual({
      workflow: 'sample',
      pipelines: [
        {
          pipeline: 'sample',
          path_count: '3',
          paths: [
            { nodes: ['pick', 'look', 'done'], edges: ['pick->look[look]', 'look->done'] },
            { nodes: ['pick', 'look', 'lost'], edges: ['pick->look[look]', 'look->lost!'] },
            { nodes: ['pick', 'own', 'done'], edges: ['pick->own', 'own->done'] },
          ],
          edges: {
            'pick->look[look]': { from: 'pick', to: 'look', kind: 'conditional', choice: 'look' },
            'look->done': { from: 'look', to: 'done', kind: 'normal' },
            'look->lost!': { from: 'look', to: 'lost', kind: 'error', categories: ['tool', 'timeout'] },
            'pick->own': { from: 'pick', to: 'own', kind: 'normal' },
            'own->done': { from: 'own', to: 'done', kind: 'normal' },
          },
          facts: {
            model_calls: { most: 1, is_exact: true },
            tokens: { input: { most: 800, is_exact: true }, output: { most: 200, is_exact: true } },
            cost_usd: { most: 1.8, is_exact: true },
            tools: {
              normal: { run: ['look', 'own'], depends: [] },
              analysis_only: { run: ['look'], depends: ['own'] },
              dry_run: { run: ['look'], depends: ['own'] },
            },
            unhandled_failures: [
              { node: 'pick', categories: ofAgents, is_absorbed: false },
              { node: 'look', categories: ['config', 'permission', 'plugin'], is_absorbed: false },
              { node: 'own', categories: ofTools, is_absorbed: false },
            ],
          },
        },
      ],
    });
  });

  it('lists the first of more ways than anybody could list, and counts them all', () => {
    const { nodes, edges = [] } = blocksWorkflow(60, 2);
    const [listed] = listProjectPaths(compiledSample(nodes, edges), { limit: 3 }).pipelines;
    expect(listed?.path_count).toBe(String(3n ** 60n));
    expect(listed?.paths.map((path) => path.nodes.length)).toEqual([242, 241, 241]);
    expect(new Set(listed?.paths.map((path) => path.edges.join(' '))).size).toBe(3);
  });

  it('lists a hundred when nothing else is said, and none when that is said', () => {
    const { nodes, edges = [] } = blocksWorkflow(4, 3);
    const project = compiledSample(nodes, edges);
    const counts = [{}, { limit: 0 }, { limit: 1_000 }].map((options) => {
      const [listed] = listProjectPaths(project, options).pipelines;
      return [listed?.path_count, listed?.paths.length];
    });
    expect(counts).toEqual([
      ['256', 100],
      ['256', 0],
      ['256', 256],
    ]);
  });

  it('lists a workflow of one way and a thousand stages', () => {
    const { nodes, edges = [] } = chainWorkflow(1_000);
    const [listed] = listProjectPaths(compiledSample(nodes, edges)).pipelines;
    expect([listed?.path_count, listed?.paths[0]?.nodes.length, listed?.facts.model_calls]).toEqual([
      '1',
      1_001,
      { most: 1_000, is_exact: true },
    ]);
  });

  it('refuses a pipeline that is not there', () => {
    expect(() => listProjectPaths(routed, { pipeline: 'other' })).toThrow('The project has no pipeline "other".');
  });
});
