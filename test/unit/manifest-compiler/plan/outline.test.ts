import { describe, expect, it } from 'vitest';
import { NodeSpec } from '../../../../src/manifest/index.ts';
import { outlineEdges, outlineNode } from '../../../../src/manifest-compiler/plan/outline.ts';
import { outlineWorkflow } from '../../../../src/manifest-compiler/plan/workflow-plan.ts';

const defaults = { timeout: '90s', retries: 3, backoff: '2s' } as const;
const all = { mode: 'all', quorum: 1, onBranchFailure: 'fail', onShort: 'fail', cancelRemaining: false };
const once = { join: all, retries: 0, backoffMs: 0 };
const byDefaults = { join: all, retries: 3, backoffMs: 2_000, timeoutMs: 90_000 };

/** What the outline says of a node beside its spec. */
function outlined(written: object, given: Parameters<typeof outlineNode>[1] = defaults): object {
  const { spec: _spec, ...rest } = outlineNode(NodeSpec.parse({ id: 'a', ...written }), given);
  return rest;
}

describe('the outline of a node', () => {
  it.each([
    ['an agent', { type: 'agent', agent: 'x' }, byDefaults],
    ['a tool', { type: 'tool', tool: 'x' }, byDefaults],
    ['a decision', { type: 'decision', agent: 'x' }, byDefaults],
    ['a transform', { type: 'transform', output: 1 }, once],
    ['an end', { type: 'end' }, once],
    ['a merge', { type: 'merge' }, once],
    ['a merge by a tool', { type: 'merge', merge: 'reduce', tool: 'x' }, byDefaults],
    ['a merge by an agent', { type: 'merge', merge: 'agent', agent: 'x' }, byDefaults],
    [
      'a map, whose items have the rest for themselves',
      { type: 'map', items: '${{ input }}', workflow: 'x' },
      { join: all, retries: 0, backoffMs: 2_000 },
    ],
    ['a repeat', { type: 'repeat', max_iterations: 2, workflow: 'x' }, { join: all, retries: 0, backoffMs: 2_000 }],
    ['a workflow', { type: 'workflow', workflow: 'x' }, { join: all, retries: 0, backoffMs: 2_000 }],
    ['a question', { type: 'feedback' }, once],
  ])('has the defaults of the engine where they apply: %s', (_, spec, expected) => {
    expect(outlined(spec)).toStrictEqual(expected);
  });

  it('has what the node says, whatever the defaults are', () => {
    const spec = { type: 'agent', agent: 'x', timeout: '5s', retries: 0, backoff: '1s' };
    expect(outlined(spec)).toStrictEqual({ join: all, retries: 0, backoffMs: 1_000, timeoutMs: 5_000 });
  });

  it('waits half a second before a second attempt, tries once, and has no deadline where nobody says anything', () => {
    expect(outlined({ type: 'agent', agent: 'x' }, {})).toEqual({ join: all, retries: 0, backoffMs: 500 });
    expect(outlined({ type: 'map', items: '${{ input }}', workflow: 'x' }, {})).toEqual({
      join: all,
      retries: 0,
      backoffMs: 500,
    });
  });

  it('has the rules of a merge', () => {
    expect(outlined({ type: 'merge', join: 'quorum', quorum: 2, on_short: 'run' })).toMatchObject({
      join: { mode: 'quorum', quorum: 2, onBranchFailure: 'fail', onShort: 'run', cancelRemaining: false },
    });
    expect(outlined({ type: 'merge', join: 'any', cancel_remaining: true })).toMatchObject({
      join: { mode: 'any', quorum: 1, onBranchFailure: 'fail', onShort: 'fail', cancelRemaining: true },
    });
    expect(outlined({ type: 'merge', on_branch_failure: 'continue' })).toMatchObject({
      join: { ...all, onBranchFailure: 'continue' },
    });
  });

  it('has a question done in time when it has a default, and failed when it has none', () => {
    const timely = { ...once, timeoutMs: 60_000 };
    expect(outlined({ type: 'feedback', timeout: '60s' })).toEqual(timely);
    expect(outlined({ type: 'feedback', timeout: '60s', default: 'reject' })).toEqual({ ...timely, onTimeout: 'done' });
  });
});

describe('the outline of edges', () => {
  it('names every edge by what it joins, and tells twins apart by number', () => {
    const ends = { from: 'a', to: 'b' };
    const edges = outlineEdges([
      ends,
      ends,
      ends,
      { ...ends, condition: 'yes' },
      { ...ends, condition: 'yes' },
      { ...ends, when: 'output.x' },
      { ...ends, type: 'error', on: ['tool'] },
      { ...ends, type: 'fallback' },
      { from: 'c', to: 'b', condition: 'yes' },
    ]);
    const common = { ...ends, precedence: 4.5 };
    expect(edges).toStrictEqual([
      { ...common, id: 'a->b', kind: 'normal', source: 0 },
      { ...common, id: 'a->b#2', kind: 'normal', source: 1 },
      { ...common, id: 'a->b#3', kind: 'normal', source: 2 },
      { ...common, id: 'a->b[yes]', kind: 'conditional', source: 3, choice: 'yes' },
      { ...common, id: 'a->b[yes#2]', kind: 'conditional', source: 4, choice: 'yes#2' },
      { ...common, id: 'a->b[output.x]', kind: 'conditional', source: 5, choice: 'output.x', when: 'output.x' },
      { ...ends, precedence: 0, id: 'a->b!', kind: 'error', source: 6, categories: ['tool'] },
      { ...common, id: 'a->b?', kind: 'fallback', source: 7 },
      { from: 'c', to: 'b', precedence: 4.5, id: 'c->b[yes]', kind: 'conditional', source: 8, choice: 'yes' },
    ]);
  });

  it('is empty for a workflow of one node, which needs none', () => {
    const workflow = { id: 'one', nodes: [{ id: 'a', type: 'transform' as const, output: 1 }] };
    expect(outlineWorkflow(workflow, {}).edges).toEqual([]);
  });
});
