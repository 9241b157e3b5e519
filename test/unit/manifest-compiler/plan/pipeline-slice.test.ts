import { describe, expect, it } from 'vitest';
import { sliceOutline, type Slice } from '../../../../src/manifest-compiler/plan/pipeline-slice.ts';
import { outlineWorkflow } from '../../../../src/manifest-compiler/plan/workflow-plan.ts';
import { drawWorkflow } from '../../../support/workflow-drawing.ts';

const whole = outlineWorkflow(
  drawWorkflow({
    edges: `
      a -> b
      a -> aside
      b -> c
      c -> d
      aside -> far
      b -error-> repair
      repair -> report
      report -fallback-> pager
      c -fallback-> spare
      d -error-> late
      other -> c
    `,
  }),
  {},
);

/** Ids of what is left. */
function cut(slice: Slice) {
  const { nodes, edges } = sliceOutline(whole, slice);
  return { nodes: nodes.map(({ spec }) => spec.id), edges: edges.map(({ id }) => id) };
}

describe('a pipeline', () => {
  it('has everything that can be reached from its entry when it names no ends', () => {
    expect(cut({ entry: 'b' })).toEqual({
      nodes: ['b', 'c', 'd', 'repair', 'report', 'pager', 'spare', 'late'],
      edges: ['b->c', 'c->d', 'b->repair!', 'repair->report', 'report->pager?', 'c->spare?', 'd->late!'],
    });
  });

  it('has only the ways from its entry to its ends, and the handlers of what is on them with all behind those', () => {
    expect(cut({ entry: 'a', ends: ['c'] })).toEqual({
      nodes: ['a', 'b', 'c', 'repair', 'report', 'pager', 'spare'],
      edges: ['a->b', 'b->c', 'b->repair!', 'repair->report', 'report->pager?', 'c->spare?'],
    });
  });

  it('may end on several branches', () => {
    expect(cut({ entry: 'a', ends: ['b', 'aside'] })).toEqual({
      nodes: ['a', 'b', 'aside', 'repair', 'report', 'pager'],
      edges: ['a->b', 'a->aside', 'b->repair!', 'repair->report', 'report->pager?'],
    });
  });

  it('does not go on from one of its ends to another', () => {
    expect(cut({ entry: 'a', ends: ['b', 'd'] })).toEqual(cut({ entry: 'a', ends: ['b'] }));
  });
});
