import { describe, expect, it } from 'vitest';
import type { CompiledProject } from '../../../../src/manifest-compiler/index.ts';
import { sampleVersion, shortComparison, workflowOf, type ShortComparison } from '../../../support/project-versions.ts';

const work = { type: 'agent', agent: 'writer' };
const fork = { start: work, left: work, right: work, join: { type: 'merge' }, last: work };
const forkEdges = [
  { from: 'start', to: 'left' },
  { from: 'start', to: 'right' },
  { from: 'left', to: 'join' },
  { from: 'right', to: 'join' },
  { from: 'join', to: 'last' },
];
function listFork(links: readonly object[]): CompiledProject {
  return sampleVersion({ workflow: workflowOf({ ...fork, join: { type: 'merge', merge: 'list' } }, links) });
}

function compareForks(join: object, links: readonly object[] = forkEdges, rest: object = {}): ShortComparison {
  return shortComparison(
    sampleVersion({ workflow: workflowOf(fork, forkEdges) }),
    sampleVersion({ workflow: workflowOf({ ...fork, join: { type: 'merge', ...join } }, links, rest) }),
  );
}

const versionWith = (policy: object) =>
  sampleVersion({ workflow: workflowOf({ ...fork, left: { ...work, ...policy } }, forkEdges) });

describe('joins, failures and early ends', () => {
  it('a join that says its defaults is the same join', () => {
    expect(compareForks({ join: 'all', merge: 'dict', on_branch_failure: 'fail' })).toEqual({
      verdict: 'compatible',
      differences: [],
    });
  });

  it('another join runs again', () => {
    expect(compareForks({ join: 'any' })).toEqual({
      verdict: 'migratable',
      differences: ['node_changed join join on_branch_failure'],
      again: ['join node_changed', 'last stage_before_changed'],
    });
  });

  it('the order of the branches matters to a list, and not to an object', () => {
    expect(shortComparison(listFork(forkEdges), listFork(forkEdges.toReversed()))).toEqual({
      verdict: 'migratable',
      differences: [],
      again: ['join edges_changed', 'last stage_before_changed'],
    });
    expect(compareForks({}, forkEdges.toReversed())).toEqual({ verdict: 'compatible', differences: [] });
  });

  it('a new error edge matters to joins behind it, in tasks in which that stage failed', () => {
    const before = sampleVersion({ workflow: workflowOf(fork, forkEdges) });
    const links = [...forkEdges, { from: 'left', to: 'mend', type: 'error' }];
    const after = sampleVersion({ workflow: workflowOf({ ...fork, mend: work }, links) });
    expect(shortComparison(before, after)).toEqual({
      verdict: 'migratable',
      differences: ['node_added mend', 'edge_added left→mend error'],
      again: ['join failure_handling_changed after_failure', 'last failure_handling_changed after_failure'],
      added: ['mend'],
    });
  });

  it('another on_failure leaves the stage as it is, and matters to what ran because it was gone past', () => {
    expect(shortComparison(versionWith({ on_failure: 'skip' }), versionWith({}))).toEqual({
      verdict: 'migratable',
      differences: [],
      again: ['join failure_handling_changed after_failure', 'last failure_handling_changed after_failure'],
    });
    expect(shortComparison(versionWith({}), versionWith({ on_failure: 'fail' }))).toEqual({
      verdict: 'compatible',
      differences: [],
    });
  });

  it('an exit at the first end may leave out any stage that finished after it', () => {
    expect(compareForks({}, forkEdges, { exit: 'first' })).toEqual({
      verdict: 'migratable',
      differences: ['exit_changed exit'],
      again: ['start', 'left', 'right', 'join', 'last'].map((node) => `${node} may_end_early on_early_end`),
    });
  });

  it('a run that may no longer be ended early loses nothing', () => {
    const before = sampleVersion({ workflow: workflowOf(fork, forkEdges, { exit: 'first', fail_fast: true }) });
    const after = sampleVersion({ workflow: workflowOf(fork, forkEdges) });
    expect(shortComparison(before, after)).toEqual({
      verdict: 'compatible',
      differences: ['exit_changed exit fail_fast'],
    });
  });
});
