import { describe, expect, it } from 'vitest';
import { cancelAll, settle, startControl } from '../../../src/machines/kernel.ts';
import { verdictOf } from '../../../src/machines/verdict.ts';
import { decision, drawWorkflow, end, merge, seeAfter } from '../../support/workflow-drawing.ts';
import { planWorkflow } from '../../support/workflow-subject.ts';

describe('a run', () => {
  it('begins at the entry', () => {
    const chain = drawWorkflow({ edges: 'a -> b' });
    expect(seeAfter(chain)).toEqual({
      statuses: { a: 'ready', b: 'pending' },
      tokens: { 'a->b': 'unresolved' },
      verdict: 'active',
    });
  });

  it('is over at once when its entry is an end', () => {
    const nothing = { id: 'nothing', nodes: [{ id: 'a', type: 'end' as const }] };
    expect(seeAfter(nothing)).toEqual({ statuses: { a: 'done' }, tokens: {}, verdict: 'completed' });
  });

  it('runs all branches of a node at the same time', () => {
    const fork = drawWorkflow({ edges: 'a -> b\na -> c\na -> d' });
    expect(seeAfter(fork, 'a').statuses).toEqual({ a: 'done', b: 'ready', c: 'ready', d: 'ready' });
  });

  it('skips in one step everything that only a path not taken leads to', () => {
    const long = drawWorkflow({ nodes: { a: decision }, edges: 'a -x-> b\na -y-> c\nc -> d\nd -> e\ne -> f' });
    const expected = { a: 'done', b: 'ready', c: 'skipped', d: 'skipped', e: 'skipped', f: 'skipped' };
    expect(seeAfter(long, 'a: x').statuses).toEqual(expected);
  });

  it('takes no notice of a second result of a stage', () => {
    const chain = drawWorkflow({ edges: 'a -> b\nb -> c' });
    expect(seeAfter(chain, 'a', 'a! tool', 'c')).toEqual(seeAfter(chain, 'a'));
  });

  it('cancels whatever is open when the task is cancelled', () => {
    const { graph } = planWorkflow(drawWorkflow({ edges: 'a -> b\nb -> c' }));
    const first = startControl(graph).control;
    expect(cancelAll(graph, first)).toEqual({ tokens: '..', statuses: 'ccc' });
    const { control } = settle(graph, first, { node: graph.entry, outcome: { kind: 'done' } });
    expect(cancelAll(graph, control)).toEqual({ tokens: 'L.', statuses: 'dcc' });
    expect(verdictOf(graph, cancelAll(graph, control))).toBe('failed');
  });
});

describe('an unhandled failure', () => {
  it('skips what follows, fails the end, and lets the other branches finish', () => {
    const fork = drawWorkflow({ nodes: { x: end, y: end }, edges: 'a -> b\na -> c\nb -> d\nd -> x\nc -> y' });
    expect(seeAfter(fork, 'a', 'b! tool').statuses).toEqual({
      a: 'done',
      b: 'failed',
      c: 'ready',
      d: 'skipped',
      x: 'failed',
      y: 'pending',
    });
    expect(seeAfter(fork, 'a', 'b! tool', 'c').verdict).toBe('failed');
  });

  it('makes the merge fail that its branch leads to, so that edges of the merge can take it', () => {
    const guarded = drawWorkflow({
      nodes: { m: merge },
      edges: 'a -> b\na -> c\nb -> m\nc -> m\nm -> next\nm -error branch_failed-> repair',
    });
    expect(seeAfter(guarded, 'a', 'b! tool', 'c').statuses).toEqual({
      a: 'done',
      b: 'failed',
      c: 'done',
      m: 'failed',
      next: 'skipped',
      repair: 'ready',
    });
  });

  it('passes through a merge whose branches never began', () => {
    const early = drawWorkflow({
      nodes: { m: merge },
      edges: 'a -> b\nb -> c\nb -> d\nc -> m\nd -> m\nm -> next\nm -error-> repair',
    });
    expect(seeAfter(early, 'a! tool').statuses).toEqual({
      a: 'failed',
      b: 'skipped',
      c: 'skipped',
      d: 'skipped',
      m: 'skipped',
      next: 'failed',
      repair: 'skipped',
    });
  });

  it('fails a merge that ends its branch, even one whose branches never began', () => {
    const early = drawWorkflow({ nodes: { m: merge }, edges: 'a -> b\nb -> c\nb -> d\nc -> m\nd -> m' });
    expect(seeAfter(early, 'a! tool').statuses).toEqual({
      a: 'failed',
      b: 'skipped',
      c: 'skipped',
      d: 'skipped',
      m: 'failed',
    });
  });

  it('does not count once a fallback has recovered from it', () => {
    const rescued = drawWorkflow({ nodes: { x: end }, edges: 'a -> x\na -fallback-> b\nb -> x' });
    expect(seeAfter(rescued, 'a! tool', 'b')).toEqual({
      statuses: { a: 'failed', b: 'done', x: 'done' },
      tokens: { 'a->x': 'dead', 'a->b?': 'live', 'b->x': 'live' },
      verdict: 'completed',
    });
  });
});

describe('fail_fast', () => {
  const edges = 'a -> b\na -> c\nb -> m\nc -> m';

  it('ends the run at the first unhandled failure', () => {
    const strict = drawWorkflow({ edges, nodes: { m: merge }, failFast: true });
    expect(seeAfter(strict, 'a', 'b! tool')).toEqual({
      statuses: { a: 'done', b: 'failed', c: 'cancelled', m: 'cancelled' },
      tokens: { 'a->b': 'live', 'a->c': 'live', 'b->m': 'failed', 'c->m': 'unresolved' },
      verdict: 'failed',
    });
  });

  it('fails the run even when an end was done before', () => {
    const strict = drawWorkflow({ edges: 'a -> b\na -> c\nc -> d', failFast: true });
    expect(seeAfter(strict, 'a', 'b', 'c! tool')).toMatchObject({
      statuses: { a: 'done', b: 'done', c: 'failed', d: 'cancelled' },
      verdict: 'failed',
    });
  });

  it('lets a failure be that an edge takes', () => {
    const handled = drawWorkflow({ edges: `${edges}\nb -error-> d`, nodes: { m: merge }, failFast: true });
    const expected = { a: 'done', b: 'failed', c: 'ready', m: 'pending', d: 'ready' };
    expect(seeAfter(handled, 'a', 'b! tool').statuses).toEqual(expected);
  });

  it.each([
    ['waits for any', { ...merge, join: 'any' }, ''],
    ['wants a quorum', { ...merge, join: 'quorum', quorum: 1 }, ''],
    ['is told to continue', { ...merge, on_branch_failure: 'continue' }, ''],
    ['has an edge for failed branches', merge, '\nm -> d\nm -error branch_failed-> e'],
  ] as const)('waits for a merge further on that %s', (_, node, more) => {
    const workflow = drawWorkflow({ edges: edges + more, nodes: { m: node }, failFast: true });
    expect(seeAfter(workflow, 'a', 'b! tool')).toMatchObject({
      statuses: { b: 'failed', c: 'ready', m: 'pending' },
      verdict: 'active',
    });
  });

  it('ends the run when the merge that could have taken the failure fails itself', () => {
    const workflow = drawWorkflow({
      edges: `a -> z\na -> s\ns -> b\ns -> c\nb -> m\nc -> m`,
      nodes: { m: { ...merge, on_branch_failure: 'continue' } },
      failFast: true,
    });
    expect(seeAfter(workflow, 'a', 's', 'b! tool', 'c! tool')).toMatchObject({
      statuses: { m: 'failed', z: 'cancelled' },
      verdict: 'failed',
    });
  });
});

describe('exit: first', () => {
  it('ends the run at the first end that is reached', () => {
    const race = drawWorkflow({ nodes: { x: end, y: end }, edges: 'a -> b\na -> c\nb -> x\nc -> y', exit: 'first' });
    expect(seeAfter(race, 'a', 'c')).toMatchObject({
      statuses: { a: 'done', b: 'cancelled', c: 'done', x: 'cancelled', y: 'done' },
      verdict: 'completed',
    });
  });

  it('counts the last stage of a branch as an end', () => {
    const race = drawWorkflow({ edges: 'a -> b\na -> c', exit: 'first' });
    expect(seeAfter(race, 'a', 'c')).toMatchObject({
      statuses: { a: 'done', b: 'cancelled', c: 'done' },
      verdict: 'completed',
    });
  });

  it('goes on when an end fails', () => {
    const race = drawWorkflow({ edges: 'a -> b\na -> c', exit: 'first' });
    expect(seeAfter(race, 'a', 'c! tool')).toMatchObject({ statuses: { b: 'ready', c: 'failed' }, verdict: 'active' });
  });
});

describe('the verdict', () => {
  it('is failed when an end says so', () => {
    const workflow = drawWorkflow({ nodes: { x: { ...end, status: 'failure' } }, edges: 'a -> b\na -error-> x' });
    expect(seeAfter(workflow, 'a! tool')).toMatchObject({ statuses: { b: 'skipped', x: 'done' }, verdict: 'failed' });
    expect(seeAfter(workflow, 'a', 'b').verdict).toBe('completed');
  });

  it('is failed when one of several ends failed', () => {
    const workflow = drawWorkflow({ edges: 'a -> b\na -> c' });
    expect(seeAfter(workflow, 'a', 'b', 'c! tool').verdict).toBe('failed');
  });

  it('is partial when a merge went on without a branch that failed', () => {
    const workflow = drawWorkflow({
      nodes: { m: { ...merge, on_branch_failure: 'continue' } },
      edges: 'a -> b\na -> c\nb -> m\nc -> m',
    });
    expect(seeAfter(workflow, 'a', 'b', 'c! tool', 'm').verdict).toBe('partial');
    expect(seeAfter(workflow, 'a', 'b', 'c', 'm').verdict).toBe('completed');
  });

  it('counts a branch that failed after the merge had gone on', () => {
    const workflow = drawWorkflow({
      nodes: { m: { ...merge, join: 'any' } },
      edges: 'a -> b\na -> c\nb -> m\nc -> m',
    });
    expect(seeAfter(workflow, 'a', 'b', 'm', 'c! tool').verdict).toBe('partial');
  });

  it('is completed when a last stage is done that only leads on when it fails', () => {
    const workflow = drawWorkflow({ nodes: { x: { ...end, status: 'failure' } }, edges: 'a -error-> x' });
    expect(seeAfter(workflow, 'a')).toEqual({
      statuses: { a: 'done', x: 'skipped' },
      tokens: { 'a->x!': 'dead' },
      verdict: 'completed',
    });
    expect(seeAfter(workflow, 'a! tool').verdict).toBe('failed');
  });

  it('is completed when a last stage failed and its own handler was done', () => {
    const workflow = drawWorkflow({ edges: 'a -error tool-> b' });
    expect(seeAfter(workflow, 'a! tool', 'b').verdict).toBe('completed');
    expect(seeAfter(workflow, 'a! json').verdict).toBe('failed');
  });
});

describe('a failure that no edge takes, where the node says to go on', () => {
  const past = { type: 'tool', tool: 'worker', on_failure: 'skip' } as const;
  const partly = { type: 'tool', tool: 'worker', on_failure: 'continue_partial' } as const;

  it('leaves the edges that are taken after a failure dead and the normal ones live', () => {
    const chain = drawWorkflow({ nodes: { a: past, c: end, d: end }, edges: 'a -> b\nb -> c\na -error timeout-> d' });
    expect(seeAfter(chain, 'a! tool', 'b')).toEqual({
      statuses: { a: 'failed', b: 'done', c: 'done', d: 'skipped' },
      tokens: { 'a->b': 'live', 'b->c': 'live', 'a->d!': 'dead' },
      verdict: 'completed',
    });
    expect(seeAfter(chain, 'a! timeout').statuses).toMatchObject({ b: 'skipped', d: 'done' });
  });

  it('takes the default edge of a decision, and none of the others', () => {
    const way = drawWorkflow({
      nodes: { a: { ...decision, on_failure: 'skip' } },
      edges: 'a -x-> b\na -y-> c\na -> d',
    });
    expect(seeAfter(way, 'a! tool').statuses).toEqual({ a: 'failed', b: 'skipped', c: 'skipped', d: 'ready' });
    const none = drawWorkflow({ nodes: { a: { ...decision, on_failure: 'skip' } }, edges: 'a -x-> b\na -y-> c' });
    expect(seeAfter(none, 'a! tool').verdict).toBe('failed');
  });

  it('counts as a live branch where branches meet, and leaves the run partial if it is to', () => {
    const fork = (b: typeof past | typeof partly) =>
      drawWorkflow({ nodes: { b, m: merge, e: end }, edges: 's -> a\ns -> b\na -> m\nb -> m\nm -> e' });
    expect(seeAfter(fork(past), 's', 'a', 'b! tool', 'm').verdict).toBe('completed');
    expect(seeAfter(fork(partly), 's', 'a', 'b! tool', 'm').verdict).toBe('partial');
  });

  it('is that of a merge whose branches failed, too', () => {
    const fork = drawWorkflow({
      nodes: { m: { ...merge, on_failure: 'continue_partial' }, e: end },
      edges: 's -> a\ns -> b\na -> m\nb -> m\nm -> e',
      failFast: true,
    });
    expect(seeAfter(fork, 's', 'a', 'b! tool')).toMatchObject({
      statuses: { m: 'failed', e: 'done' },
      verdict: 'partial',
    });
  });

  it('ends a branch as if the last stage were done', () => {
    const fork = drawWorkflow({ nodes: { b: past }, edges: 'a -> b\na -> c', exit: 'first' });
    expect(seeAfter(fork, 'a', 'b! tool')).toMatchObject({ statuses: { c: 'cancelled' }, verdict: 'completed' });
  });

  it('is no failure that came from before', () => {
    const chain = drawWorkflow({ nodes: { b: past }, edges: 'a -> b' });
    expect(seeAfter(chain, 'a! tool')).toMatchObject({ statuses: { b: 'failed' }, verdict: 'failed' });
  });
});
