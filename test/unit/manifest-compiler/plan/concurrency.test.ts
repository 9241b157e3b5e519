import { describe, expect, it } from 'vitest';
import { findAncestors } from '../../../../src/manifest-compiler/plan/ancestors.ts';
import { analyseConcurrency } from '../../../../src/manifest-compiler/plan/concurrency.ts';
import type { GraphNode } from '../../../../src/machines/index.ts';
import { decision, drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';
import { planWorkflow } from '../../../support/workflow-subject.ts';

type Drawing = Parameters<typeof drawWorkflow>[0];

/** Per node: the others for which a question about the two has the answer yes, in topological order. */
function answers(drawing: Drawing, ask: 'areConcurrent' | 'areCompatible' | 'waitsFor') {
  const { graph } = planWorkflow(drawWorkflow(drawing));
  const analysis = analyseConcurrency(graph);
  const others = (node: GraphNode) => graph.order.filter((other) => other !== node && analysis[ask](node, other));
  return Object.fromEntries(
    graph.nodes.map((node) => [
      node.id,
      others(node)
        .map(({ id }) => id)
        .join(' '),
    ]),
  );
}

const fork = 'a -> b\na -> c\nb -> m\nc -> d\nd -> m';

describe('what a node waits for', () => {
  it('is everything on all its ways, where it waits for all', () => {
    expect(answers({ nodes: { m: merge }, edges: fork }, 'waitsFor')).toEqual({
      a: '',
      b: 'a',
      c: 'a',
      d: 'a c',
      m: 'a b c d',
    });
  });

  it('is what its ways have in common, where any will do', () => {
    const nodes = { m: { ...merge, join: 'any' } } as const;
    expect(answers({ nodes, edges: fork }, 'waitsFor')['m']).toBe('a');
  });

  it('is what enough of its ways have in common, where it wants a quorum', () => {
    const edges = 'a -> b\na -> c\nb -> d\nb -> e\nd -> m\ne -> m\nc -> m';
    const wants = (quorum: number) =>
      answers({ nodes: { m: { ...merge, join: 'quorum', quorum } }, edges }, 'waitsFor')['m'];
    expect([wants(1), wants(2), wants(3), wants(9)]).toEqual(['a', 'a b', 'a b c d e', 'a b c d e']);
  });
});

describe('nodes that can be active at the same moment', () => {
  it('are those on branches, until they meet', () => {
    expect(answers({ nodes: { m: merge }, edges: fork }, 'areConcurrent')).toEqual({
      a: '',
      b: 'c d',
      c: 'b',
      d: 'b',
      m: '',
    });
  });

  it('are the branches that a join does not wait for, and the join', () => {
    const nodes = { m: { ...merge, join: 'any' } } as const;
    expect(answers({ nodes, edges: fork }, 'areConcurrent')['m']).toBe('b c d');
  });

  it('are not ends, which take no time', () => {
    const edges = 'a -> b\na -> x\nb -> c';
    expect(answers({ nodes: { x: end }, edges }, 'areConcurrent')).toEqual({ a: '', b: '', x: '', c: '' });
  });

  it('are never choices of one decision, nor a failure beside what follows without one', () => {
    const edges = 'a -x-> b\na -y-> c\nb -> d\nb -error-> e';
    expect(answers({ nodes: { a: decision }, edges }, 'areCompatible')).toEqual({
      a: 'b c d e',
      b: 'a d e',
      c: 'a',
      d: 'a b',
      e: 'a b',
    });
  });

  it('are the handlers of a merge and of its branch, when the branch fails on its own way', () => {
    const edges = 'a -> b\na -> c\nb -> m\nc -> m\nc -> e\nm -> z\nm -error branch_failed-> h';
    const { h } = answers({ nodes: { m: merge }, edges }, 'areCompatible');
    expect(h).toBe('a b c m e');
  });
});

describe('the ancestors of a node', () => {
  it('are the nodes on all its ways, in topological order', () => {
    const { graph } = planWorkflow(drawWorkflow({ nodes: { m: merge }, edges: `${fork}\nc -> aside` }));
    const ancestors = findAncestors(graph);
    expect(Object.fromEntries(graph.nodes.map((node) => [node.id, ancestors.namesOf(node)]))).toEqual({
      a: [],
      b: ['a'],
      c: ['a'],
      m: ['a', 'b', 'c', 'd'],
      d: ['a', 'c'],
      aside: ['a', 'c'],
    });
  });
});
