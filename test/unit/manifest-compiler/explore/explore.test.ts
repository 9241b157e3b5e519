import { describe, expect, it } from 'vitest';
import {
  countPaths,
  describeGoal,
  explore,
  listPaths,
  type Criterion,
} from '../../../../src/manifest-compiler/explore/index.ts';
import { outlineWorkflow, planGraph } from '../../../../src/manifest-compiler/plan/workflow-plan.ts';
import type { EdgeSpec, NodeSpec, WorkflowSpec } from '../../../../src/manifest/index.ts';
import type { WorkflowGraph } from '../../../../src/machines/index.ts';
import { blocksWorkflow, chainWorkflow, reviewWorkflow } from '../../../support/known-workflows.ts';

function graphOf(sample: WorkflowSpec): WorkflowGraph {
  return planGraph(sample, outlineWorkflow(sample, {}), sample.nodes[0]?.id ?? '');
}

const agent = (id: string): NodeSpec => ({ id, type: 'agent', agent: 'worker' });

function workflow(
  nodes: readonly NodeSpec[],
  edges: readonly EdgeSpec[],
  rest: Partial<WorkflowSpec> = {},
): WorkflowSpec {
  return { id: 'sample', nodes: [...nodes], edges: [...edges], ...rest };
}

/** Scenarios for nodes, edges, outcomes and pairs, and goals that are not met. */
function tally(graph: WorkflowGraph): readonly string[] {
  const criteria: readonly Criterion[] = ['nodes', 'edges', 'outcomes', 'pairs', 'paths'];
  return criteria.map((criterion) => {
    const { scenarios, goals, infeasible, undecided } = explore(graph, criterion);
    return `${criterion} ${goals}: ${scenarios.length} − ${infeasible.length} − ${undecided.length}`;
  });
}

describe('explore', () => {
  it('covers a review with as few runs as it takes one goal at a time', () => {
    expect(tally(graphOf(reviewWorkflow))).toEqual([
      'nodes 17: 5 − 0 − 0',
      'edges 24: 8 − 0 − 0',
      'outcomes 32: 19 − 0 − 0',
      'pairs 34: 10 − 0 − 0',
      'paths 42: 20 − 0 − 0',
    ]);
  });

  it('covers a chain with one run, and with one more for every failure', () => {
    expect(tally(graphOf(chainWorkflow(51)))).toEqual([
      'nodes 52: 1 − 0 − 0',
      'edges 51: 1 − 0 − 0',
      'outcomes 102: 52 − 0 − 0',
      'pairs 50: 1 − 0 − 0',
      'paths 1: 1 − 0 − 0',
    ]);
  });

  it('covers thousands of paths with few runs where branches run side by side', () => {
    expect(tally(graphOf(blocksWorkflow(5, 4)))).toEqual([
      'nodes 37: 6 − 0 − 0',
      'edges 56: 6 − 0 − 0',
      'outcomes 72: 37 − 0 − 0',
      'pairs 75: 6 − 0 − 0',
      'paths 3125: 32 − 0 − 0',
    ]);
  });

  it('says how many paths there are when they are too many to be listed', () => {
    const graph = graphOf(blocksWorkflow(10, 4));
    expect(explore(graph, 'paths')).toEqual({
      criterion: 'paths',
      scenarios: [],
      infeasible: [],
      undecided: [],
      goals: 0,
      unlisted: 9_765_625n,
    });
  });

  it('tells a run by how its stages end, what it took and how it ended', () => {
    const graph = graphOf(
      workflow(
        [agent('a'), agent('b'), { id: 'end', type: 'end' }, { id: 'lost', type: 'end', status: 'failure' }],
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'end' },
          { from: 'b', to: 'lost', type: 'error', on: ['tool'] },
        ],
      ),
    );
    const [, handled] = explore(graph, 'edges').scenarios;
    expect(handled).toEqual({
      goal: { kind: 'edge', edge: 'b->lost!' },
      steps: [
        { node: 'a', outcome: { kind: 'done' } },
        { node: 'b', outcome: { kind: 'failed', category: 'tool' } },
      ],
      trace: ['a', 'b', 'lost'],
      live: ['a->b', 'b->lost!'],
      verdict: 'failed',
    });
  });

  it('takes an entry that is an end for a run without stages', () => {
    expect(explore(graphOf(workflow([{ id: 'end', type: 'end' }], [])), 'paths').scenarios).toEqual([
      { goal: { kind: 'path', edges: [], last: 'end' }, steps: [], trace: ['end'], live: [], verdict: 'completed' },
    ]);
  });

  it('proves that a quorum over branches of a decision is never met, and what lies behind it never runs', () => {
    const graph = graphOf(
      workflow(
        [
          { id: 'pick', type: 'decision', agent: 'judge' },
          agent('left'),
          agent('right'),
          { id: 'both', type: 'merge', join: 'quorum', quorum: 2 },
          agent('after'),
        ],
        [
          { from: 'pick', to: 'left', condition: 'left' },
          { from: 'pick', to: 'right', condition: 'right' },
          { from: 'left', to: 'both' },
          { from: 'right', to: 'both' },
          { from: 'both', to: 'after' },
        ],
      ),
    );
    expect(explore(graph, 'nodes').infeasible.map(describeGoal)).toEqual(['both runs', 'after runs']);
    expect(explore(graph, 'edges').infeasible.map(describeGoal)).toEqual(['both->after is taken']);
  });

  it('proves that a fallback shadows an error edge for the same failure', () => {
    const graph = graphOf(
      workflow(
        [agent('a'), agent('b'), agent('c'), agent('d')],
        [
          { from: 'a', to: 'b' },
          { from: 'a', to: 'c', type: 'fallback', on: ['tool', 'json'] },
          { from: 'a', to: 'd', type: 'error', on: ['json'] },
        ],
      ),
    );
    expect(explore(graph, 'edges').infeasible).toEqual([{ kind: 'edge', edge: 'a->d!' }]);
  });

  it('proves that no stage fails with what only a join or a decision reports', () => {
    const graph = graphOf(
      workflow([agent('a'), agent('b')], [{ from: 'a', to: 'b', type: 'error', on: ['branch_failed', 'routing'] }]),
    );
    expect(explore(graph, 'edges').infeasible).toEqual([{ kind: 'edge', edge: 'a->b!' }]);
  });

  it('lets either of two racing branches be the first', () => {
    const graph = graphOf(
      workflow(
        [
          agent('fork'),
          agent('slow'),
          agent('fast'),
          { id: 'first', type: 'merge', join: 'any', cancel_remaining: true },
        ],
        [
          { from: 'fork', to: 'slow' },
          { from: 'fork', to: 'fast' },
          { from: 'slow', to: 'first' },
          { from: 'fast', to: 'first' },
        ],
      ),
    );
    const { scenarios, infeasible } = explore(graph, 'edges');
    expect(infeasible).toEqual([]);
    expect(scenarios.map(({ trace }) => trace)).toEqual([
      ['fork', 'slow', 'first'],
      ['fork', 'fast', 'first'],
    ]);
  });

  it('lets either of two ends be the first that closes the task', () => {
    const graph = graphOf(
      workflow(
        [agent('fork'), agent('a'), agent('b'), { id: 'end_a', type: 'end' }, { id: 'end_b', type: 'end' }],
        [
          { from: 'fork', to: 'a' },
          { from: 'fork', to: 'b' },
          { from: 'a', to: 'end_a' },
          { from: 'b', to: 'end_b' },
        ],
        { exit: 'first' },
      ),
    );
    expect(explore(graph, 'nodes').scenarios.map(({ trace }) => trace)).toEqual([
      ['fork', 'a', 'end_a'],
      ['fork', 'b', 'end_b'],
    ]);
  });

  it('lets a stage end before the failure of another stops everything, and after it', () => {
    const graph = graphOf(
      workflow(
        [agent('fork'), agent('a'), agent('b')],
        [
          { from: 'fork', to: 'a' },
          { from: 'fork', to: 'b' },
        ],
        {
          fail_fast: true,
        },
      ),
    );
    expect(explore(graph, 'outcomes').scenarios.map(({ trace, verdict }) => trace.concat(verdict))).toEqual([
      ['fork', 'a', 'b', 'completed'],
      ['fork', 'failed'],
      ['fork', 'a', 'failed'],
      ['fork', 'b', 'failed'],
    ]);
  });

  it('leaves undecided what it cannot prove within its limit', () => {
    const deciders = Array.from({ length: 12 }, (_, place) => `d${place}`);
    const graph = graphOf(
      workflow(
        [
          agent('fork'),
          ...deciders.flatMap((id): NodeSpec[] => [
            { id, type: 'decision', agent: 'judge' },
            agent(`${id}_yes`),
            agent(`${id}_no`),
          ]),
          { id: 'too_many', type: 'merge', join: 'quorum', quorum: 13 },
        ],
        deciders.flatMap((id): EdgeSpec[] => [
          { from: 'fork', to: id },
          { from: id, to: `${id}_yes`, condition: 'yes' },
          { from: id, to: `${id}_no`, condition: 'no' },
          { from: `${id}_yes`, to: 'too_many' },
          { from: `${id}_no`, to: 'too_many' },
        ]),
      ),
    );
    const { infeasible, undecided } = explore(graph, 'nodes', { limit: 1_000 });
    expect({ infeasible, undecided }).toEqual({ infeasible: [], undecided: [{ kind: 'node', node: 'too_many' }] });
  });

  it('explores a thousand stages', () => {
    const graph = graphOf(chainWorkflow(1_000));
    expect(explore(graph, 'outcomes').scenarios).toHaveLength(1_001);
  });
});

describe('paths', () => {
  it('are counted without being walked', () => {
    const counts = [
      reviewWorkflow,
      chainWorkflow(50),
      blocksWorkflow(1, 8),
      blocksWorkflow(5, 4),
      blocksWorkflow(30, 4),
    ];
    expect(counts.map((sample) => countPaths(graphOf(sample)))).toEqual([42n, 1n, 9n, 3_125n, 5n ** 30n]);
  });

  it('end where a branch can end, at a stage that may lead on only when it fails too', () => {
    const graph = graphOf(workflow([agent('a'), agent('b')], [{ from: 'a', to: 'b', type: 'error' }]));
    expect([...listPaths(graph)].map(({ edges, last }) => edges.map(({ id }) => id).concat(last.id))).toEqual([
      ['a'],
      ['a->b!', 'b'],
    ]);
  });

  it('are listed without recursion', () => {
    expect([...listPaths(graphOf(chainWorkflow(20_000)))].map(({ edges }) => edges.length)).toEqual([20_000]);
  });
});
