import { describe, expect, it } from 'vitest';
import { exploreWorkflow } from '../support/explore-workflow.ts';
import { decision, drawWorkflow, merge, seeAfter } from '../support/workflow-drawing.ts';

describe('chart, kernel and reference interpreter agree on workflows too rare for chance', () => {
  it('where merges that never run together fail together, and are handled side by side', () => {
    const workflow = drawWorkflow({
      nodes: { s: decision, d: decision, m1: merge, m2: merge },
      edges: `
        s -a-> d
        s -b-> k1
        s -c-> k2
        d -x-> m1
        d -y-> m2
        k1 -> m1
        k2 -> m2
        m1 -> n1
        m2 -> n2
        m1 -error-> h1
        m2 -error-> h2
      `,
    });
    const { statuses } = seeAfter(workflow, 's: a', 'd! tool');
    expect(statuses).toMatchObject({ m1: 'failed', m2: 'failed', h1: 'ready', h2: 'ready' });
    expect(exploreWorkflow(workflow).disagreements).toEqual([]);
  });

  it('where two joins wait for edges that no failure can take, and only one of them ever runs', () => {
    const any = { ...merge, join: 'any' } as const;
    const workflow = drawWorkflow({
      nodes: { d: decision, j1: any, j2: any },
      edges: `
        s -> d
        s -> u
        s -> v
        d -x-> a
        d -y-> c
        a -> j1
        u -fallback-> z1
        u -error-> j1
        c -> j2
        v -fallback-> z2
        v -error-> j2
      `,
    });
    expect(seeAfter(workflow, 's', 'd: y', 'c').statuses).toMatchObject({ j1: 'pending', j2: 'ready' });
    expect(exploreWorkflow(workflow).disagreements).toEqual([]);
  });

  it.each([
    {
      name: 'one join after another turns out to be active beside something',
      nodes: { n0: decision },
      edges: `
        n0 -x-> n1
        n0 -y-> n3
        n0 -z-> n1
        n0 -w-> n4
        n1 -> n2
        n2 -error-> n3
        n3 -> n7
        n4 -> n5
        n5 -> n7
        n5 -> n6
        n6 -> n8
      `,
    },
    {
      name: 'a join in a block has to wait for what follows a join behind it',
      nodes: {},
      edges: `
        n0 -> n1
        n1 -> n3
        n1 -> n2
        n1 -error-> n2
        n2 -> n3
        n2 -error-> n6
        n3 -> n4
        n4 -> n5
        n5 -> n6
        n5 -> n7
        n6 -> n9
        n7 -> n8
        n8 -> n9
      `,
    },
  ])('where $name', ({ nodes, edges }) => {
    expect(exploreWorkflow(drawWorkflow({ nodes, edges })).disagreements).toEqual([]);
  });
});
