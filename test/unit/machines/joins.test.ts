import { describe, expect, it } from 'vitest';
import { decision, drawWorkflow, merge, seeAfter } from '../../support/workflow-drawing.ts';

const branches = `
  a -> b
  a -> c
  a -> d
  b -> m
  c -> m
  d -> m
`;

const all = drawWorkflow({ edges: branches, nodes: { m: merge } });
const tolerant = drawWorkflow({ edges: branches, nodes: { m: { ...merge, on_branch_failure: 'continue' } } });
const any = drawWorkflow({ edges: branches, nodes: { m: { ...merge, join: 'any' } } });
const quorum = drawWorkflow({ edges: branches, nodes: { m: { ...merge, join: 'quorum', quorum: 2 } } });
const lenientQuorum = drawWorkflow({
  edges: branches,
  nodes: { m: { ...merge, join: 'quorum', quorum: 2, on_short: 'run' } },
});

function statusOfMerge(...[workflow, ...ends]: Parameters<typeof seeAfter>) {
  return seeAfter(workflow, ...ends).statuses['m'];
}

describe('a join of all', () => {
  it('waits until every branch is resolved', () => {
    expect(statusOfMerge(all, 'a', 'b', 'c')).toBe('pending');
    expect(statusOfMerge(all, 'a', 'b', 'c', 'd')).toBe('ready');
  });

  it('does not run when a branch failed, but only after the others have ended', () => {
    expect(statusOfMerge(all, 'a', 'b! tool')).toBe('pending');
    expect(statusOfMerge(all, 'a', 'b! tool', 'c', 'd')).toBe('failed');
  });

  it('runs in spite of a failed branch when it is told to continue', () => {
    expect(statusOfMerge(tolerant, 'a', 'b! tool', 'c', 'd')).toBe('ready');
  });

  it('fails when every branch failed, even if it is told to continue', () => {
    expect(statusOfMerge(tolerant, 'a', 'b! tool', 'c! tool', 'd! tool')).toBe('failed');
  });

  it('runs on the branches that were taken when others were not', () => {
    const chosen = drawWorkflow({ nodes: { a: decision, m: merge }, edges: 'a -x-> b\na -y-> c\nb -> m\nc -> m' });
    expect(seeAfter(chosen, 'a: x', 'b').statuses).toEqual({ a: 'done', b: 'done', c: 'skipped', m: 'ready' });
  });

  it('is how a node that is no merge joins its inbound edges too', () => {
    const plain = drawWorkflow({ edges: 'a -> b\na -> c\nb -> d\nc -> d' });
    expect(seeAfter(plain, 'a', 'b').statuses).toEqual({ a: 'done', b: 'done', c: 'ready', d: 'pending' });
    expect(seeAfter(plain, 'a', 'b', 'c').statuses).toEqual({ a: 'done', b: 'done', c: 'done', d: 'ready' });
  });
});

describe('a join of any', () => {
  it('runs as soon as one branch arrives', () => {
    expect(statusOfMerge(any, 'a', 'c')).toBe('ready');
  });

  it('does not mind failed branches as long as one may still arrive', () => {
    expect(statusOfMerge(any, 'a', 'b! tool', 'c! tool')).toBe('pending');
    expect(statusOfMerge(any, 'a', 'b! tool', 'c! tool', 'd')).toBe('ready');
  });

  it('fails when nobody arrives and a branch failed', () => {
    expect(statusOfMerge(any, 'a', 'b! tool', 'c! tool', 'd! tool')).toBe('failed');
  });

  it('is not started a second time by a branch that arrives late', () => {
    const late = seeAfter(any, 'a', 'b', 'm', 'c', 'd');
    expect(late).toEqual({
      statuses: { a: 'done', b: 'done', c: 'done', d: 'done', m: 'done' },
      tokens: { 'a->b': 'live', 'a->c': 'live', 'a->d': 'live', 'b->m': 'live', 'c->m': 'live', 'd->m': 'live' },
      verdict: 'completed',
    });
  });
});

describe('a join of a quorum', () => {
  it('runs as soon as enough branches arrive', () => {
    expect(statusOfMerge(quorum, 'a', 'b')).toBe('pending');
    expect(statusOfMerge(quorum, 'a', 'b', 'd')).toBe('ready');
  });

  it('is short only when all have been waited for', () => {
    expect(statusOfMerge(quorum, 'a', 'b! tool', 'c! tool')).toBe('pending');
    expect(statusOfMerge(quorum, 'a', 'b! tool', 'c! tool', 'd')).toBe('failed');
  });

  it('runs on fewer branches when it is told to', () => {
    expect(statusOfMerge(lenientQuorum, 'a', 'b! tool', 'c! tool', 'd')).toBe('ready');
  });

  it('fails when no branch arrives, even if it would run on fewer', () => {
    expect(statusOfMerge(lenientQuorum, 'a', 'b! tool', 'c! tool', 'd! tool')).toBe('failed');
  });

  it('never asks for more branches than there are', () => {
    const greedy = drawWorkflow({ edges: branches, nodes: { m: { ...merge, join: 'quorum', quorum: 9 } } });
    expect(statusOfMerge(greedy, 'a', 'b', 'c', 'd')).toBe('ready');
  });

  it('is skipped when none of its branches was taken', () => {
    const unused = drawWorkflow({
      nodes: { a: decision, m: { ...merge, join: 'quorum', quorum: 1 } },
      edges: 'a -x-> b\na -y-> e\nb -> c\nb -> d\nc -> m\nd -> m',
    });
    const expected = { a: 'done', b: 'skipped', c: 'skipped', d: 'skipped', e: 'ready', m: 'skipped' };
    expect(seeAfter(unused, 'a: y').statuses).toEqual(expected);
  });
});

describe('a join that cancels what remains', () => {
  const cancelling = { ...merge, join: 'any', cancel_remaining: true } as const;

  it('cancels every stage that can lead nowhere else, and all that would follow it', () => {
    const race = drawWorkflow({ nodes: { m: cancelling }, edges: 'a -> b\na -> c\nc -> d\nb -> m\nd -> m' });
    expect(seeAfter(race, 'a', 'b')).toEqual({
      statuses: { a: 'done', b: 'done', c: 'cancelled', d: 'cancelled', m: 'ready' },
      tokens: { 'a->b': 'live', 'a->c': 'live', 'c->d': 'dead', 'b->m': 'live', 'd->m': 'dead' },
      verdict: 'active',
    });
  });

  it('lets a stage go on that also leads elsewhere', () => {
    const race = drawWorkflow({ nodes: { m: cancelling }, edges: 'a -> b\na -> c\nb -> m\nc -> m\nc -> e' });
    const expected = { a: 'done', b: 'done', c: 'ready', m: 'ready', e: 'pending' };
    expect(seeAfter(race, 'a', 'b').statuses).toEqual(expected);
  });

  it('lets a stage go on that leads elsewhere when it fails', () => {
    const race = drawWorkflow({ nodes: { m: cancelling }, edges: 'a -> b\na -> c\nb -> m\nc -> m\nc -error-> e' });
    const expected = { a: 'done', b: 'done', c: 'ready', m: 'ready', e: 'pending' };
    expect(seeAfter(race, 'a', 'b').statuses).toEqual(expected);
  });

  it('lets an end go on that comes to the join only when it fails', () => {
    const race = drawWorkflow({ nodes: { m: cancelling }, edges: 'a -> b\na -> c\nb -> m\nc -error-> m' });
    expect(seeAfter(race, 'a', 'b').statuses).toEqual({ a: 'done', b: 'done', c: 'ready', m: 'ready' });
  });

  it('takes no notice of a result that comes after the cancellation', () => {
    const race = drawWorkflow({ nodes: { m: cancelling }, edges: 'a -> b\na -> c\nb -> m\nc -> m' });
    expect(seeAfter(race, 'a', 'b', 'c')).toEqual(seeAfter(race, 'a', 'b'));
  });
});
