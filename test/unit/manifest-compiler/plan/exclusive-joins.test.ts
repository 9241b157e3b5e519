import { describe, expect, it } from 'vitest';
import { findMisplacedJoins, findShadowedEdges } from '../../../../src/manifest-compiler/plan/exclusive-joins.ts';
import { outlineWorkflow, planGraph } from '../../../../src/manifest-compiler/plan/workflow-plan.ts';
import { decision, drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';
import { planWorkflow } from '../../../support/workflow-subject.ts';

type Drawing = Parameters<typeof drawWorkflow>[0];

/** Joins that are no merges, with the first two edges that may both be taken. */
function misplaced(drawing: Drawing) {
  const workflow = drawWorkflow(drawing);
  const outline = outlineWorkflow(workflow, {});
  return findMisplacedJoins(planGraph(workflow, outline, 'a'), outline).map(
    ({ node, edges = [] }) => `${node}: ${edges.map(({ id }) => id).join(', ')}`,
  );
}

const shadowed = (edges: string) => findShadowedEdges(planWorkflow(drawWorkflow({ edges })).graph);

describe('a node with several inbound edges that is no merge', () => {
  it('is in its place behind ways of which a run takes one', () => {
    expect(misplaced({ nodes: { a: decision }, edges: 'a -x-> b\na -y-> c\nb -> z\nc -> z' })).toEqual([]);
    expect(misplaced({ edges: 'a -> b\nb -> z\nb -error-> c\nc -> z' })).toEqual([]);
    expect(misplaced({ edges: 'a -error tool-> z\na -fallback timeout-> z' })).toEqual([]);
  });

  it('is misplaced where two branches meet that may both run', () => {
    expect(misplaced({ edges: 'a -> b\na -> c\nb -> z\nc -> z\nz -> end' })).toEqual(['z: b->z, c->z']);
    expect(misplaced({ edges: 'a -> b\na -> z\nb -error-> z' })).toEqual(['z: a->z, b->z!']);
  });

  it('is named with the first two edges that do not exclude each other', () => {
    const drawing = { nodes: { a: decision }, edges: 'a -x-> b\na -y-> c\nb -> z\nc -> z\nc -> d\nd -> z' };
    expect(misplaced(drawing)).toEqual(['z: c->z, d->z']);
  });

  it('is no fault when it is a merge or an end', () => {
    const edges = 'a -> b\na -> c\nb -> z\nc -> z';
    expect(misplaced({ nodes: { z: merge }, edges })).toEqual([]);
    expect(misplaced({ nodes: { z: end }, edges })).toEqual([]);
  });

  it('is each looked at for itself', () => {
    const edges = 'a -> b\na -> c\nb -> y\nc -> y\nb -> z\nc -> z';
    expect(misplaced({ edges })).toEqual(['y: b->y, c->y', 'z: b->z, c->z']);
  });

  it('is looked at behind others, too, that are in their places', () => {
    const edges = 'a -x-> b\na -y-> c\nb -> y\nc -> y\ny -> d\ny -> e\nd -> z\ne -> z';
    expect(misplaced({ nodes: { a: decision }, edges })).toEqual(['z: d->z, e->z']);
  });

  it('is the one with the most edges, and no pair is named, where looking at all would take long', () => {
    const ways = Array.from({ length: 1_450 }, (_, index) => [`a -${index}-> b${index}`, `b${index} -> z`]).flat();
    const edges = ['b0 -> y', 'b1 -> y', ...ways, 'b0 -> x', 'b1 -> x'].join('\n');
    expect(misplaced({ nodes: { a: decision }, edges })).toEqual(['z: ']);
  });
});

describe('edges that no failure can take', () => {
  it('are all error edges, and the later fallback edges, beside a fallback edge that takes everything', () => {
    const edges = 'a -> b\na -error tool-> c\na -fallback timeout-> d\na -fallback-> e\na -fallback-> f';
    expect(shadowed(edges)).toEqual(['a->c!']);
  });

  it('are none beside a fallback edge that names what it takes', () => {
    expect(shadowed('a -> b\na -error-> c\na -fallback timeout-> d')).toEqual([]);
    expect(shadowed('a -> b\na -error-> c\na -error-> d')).toEqual([]);
  });
});
