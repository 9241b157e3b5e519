import { describe, expect, it } from 'vitest';
import type { GraphNode } from '../../../../src/machines/index.ts';
import type { WorkflowSpec } from '../../../../src/manifest/index.ts';
import { buildGraph } from '../../../../src/manifest-compiler/plan/graph-builder.ts';
import { outlineWorkflow } from '../../../../src/manifest-compiler/plan/workflow-plan.ts';
import { drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';
import { planWorkflow } from '../../../support/workflow-subject.ts';

/** One thing of every node, by its id. */
function eachNode<Value>(workflow: WorkflowSpec, read: (node: GraphNode) => Value): Record<string, Value> {
  return Object.fromEntries(planWorkflow(workflow).graph.nodes.map((node) => [node.id, read(node)]));
}

const idsOf = (nodes: readonly GraphNode[]): readonly string[] => nodes.map(({ id }) => id);

const cancelling = { ...merge, join: 'any', cancel_remaining: true } as const;

describe('the graph of a workflow', () => {
  it('has nodes and edges in the order of the file, and the nodes in topological order besides', () => {
    const workflow = drawWorkflow({ edges: 'b -> c\na -> b\na -> c' });
    const { graph } = planWorkflow(workflow);
    expect(idsOf(graph.nodes)).toEqual(['b', 'c', 'a']);
    expect(graph.nodes.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(idsOf(graph.order)).toEqual(['a', 'b', 'c']);
    expect(graph.order.map(({ rank }) => rank)).toEqual([0, 1, 2]);
    expect(graph.edges.map(({ id, index }) => `${index} ${id}`)).toEqual(['0 b->c', '1 a->b', '2 a->c']);
    expect([graph.entry.id, graph.exit, graph.failFast]).toEqual(['a', 'all', false]);
    expect([graph.byId.get('b'), graph.edgeById.get('a->c')]).toEqual([graph.nodes[0], graph.edges[2]]);
  });

  it('knows how ends close the task', () => {
    const nodes = {
      good: end,
      bad: { ...end, status: 'failure' },
      never: { ...end, always_fail: true },
    } as const;
    const workflow = drawWorkflow({ nodes, edges: 'a -> good\na -error-> bad\na -fallback-> never' });
    expect(eachNode(workflow, ({ closes }) => closes)).toEqual({
      a: undefined,
      good: 'success',
      bad: 'failure',
      never: 'failure',
    });
  });

  it('knows the last node that every way to a node goes through', () => {
    const workflow = drawWorkflow({ edges: 'a -> b\na -> c\nb -> d\nb -> e\nd -> f\ne -> f\nf -> g\nc -> g' });
    expect(eachNode(workflow, ({ dominator }) => dominator?.id)).toEqual({
      a: undefined,
      b: 'a',
      c: 'a',
      d: 'b',
      e: 'b',
      f: 'b',
      g: 'a',
    });
    expect(eachNode(workflow, ({ dominated }) => idsOf(dominated))).toMatchObject({ a: ['b', 'c', 'g'], f: [] });
  });

  it('knows the nodes all of whose ways pass a join that cancels, and asks for no other join', () => {
    const edges = 'a -> b\na -> c\nc -> d\nd -> m\nb -> m\nb -error-> x\nm -> z';
    expect(eachNode(drawWorkflow({ nodes: { m: cancelling }, edges }), ({ onlyVia }) => idsOf(onlyVia))).toEqual({
      a: [],
      b: [],
      c: [],
      d: [],
      m: ['c', 'd'],
      x: [],
      z: [],
    });
    expect(eachNode(drawWorkflow({ nodes: { m: merge }, edges }), ({ onlyVia }) => idsOf(onlyVia))['m']).toEqual([]);
  });

  it.each([
    ['waits for all', { node: merge, more: '', isTaken: false }],
    ['waits for any', { node: { ...merge, join: 'any' }, more: '', isTaken: true }],
    ['wants a quorum', { node: { ...merge, join: 'quorum', quorum: 1 }, more: '', isTaken: true }],
    ['goes on without failed branches', { node: { ...merge, on_branch_failure: 'continue' }, more: '', isTaken: true }],
    ['has a handler for everything', { node: merge, more: '\nm -fallback-> h', isTaken: true }],
    ['has a handler for failed branches', { node: merge, more: '\nm -error branch_failed-> h', isTaken: true }],
    ['has a handler for something else', { node: merge, more: '\nm -error tool-> h', isTaken: false }],
  ] as const)('knows whose failure a merge can take that %s', (_, { node, more, isTaken }) => {
    const workflow = drawWorkflow({
      nodes: { m: node },
      edges: `a -> b\na -> c\nb -> d\nd -> m\nc -> m\nc -error-> m\nm -> z${more}`,
    });
    const { a, b, d, c, m, z } = eachNode(workflow, ({ isFailureAbsorbed }) => isFailureAbsorbed);
    expect({ a, b, d, c, m, z }).toEqual({ a: isTaken, b: isTaken, d: isTaken, c: isTaken, m: false, z: false });
  });

  it('does not count a merge that only the handler of a failure leads to', () => {
    const workflow = drawWorkflow({
      nodes: { m: { ...merge, join: 'any' } },
      edges: 'a -> b\nb -error-> m\na -> c\nc -> m',
    });
    expect(eachNode(workflow, ({ isFailureAbsorbed }) => isFailureAbsorbed)).toEqual({
      a: true,
      b: false,
      m: false,
      c: true,
    });
  });

  it.each([
    ['a loop', 'a -> b\nb -> a', 'A workflow with a loop reached the planner.'],
    ['two beginnings that meet', 'a -> c\nb -> c', 'Node "b" is not below the entry.'],
  ])('is a fault of the engine when the checks let pass %s', (_, edges, message) => {
    const frame = { id: 'x', entry: 'a', exit: 'all', failFast: false } as const;
    expect(() => buildGraph(outlineWorkflow(drawWorkflow({ edges }), {}), frame)).toThrow(message);
  });

  it('is a fault of the engine when an edge leads nowhere', () => {
    const { nodes, edges } = outlineWorkflow(drawWorkflow({ edges: 'a -> b' }), {});
    const frame = { id: 'x', entry: 'a', exit: 'all', failFast: false } as const;
    expect(() => buildGraph({ nodes: nodes.slice(0, 1), edges }, frame)).toThrow(
      'An edge to "b", which is no node, reached the planner.',
    );
  });
});
