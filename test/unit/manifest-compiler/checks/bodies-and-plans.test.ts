import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../../src/errors/index.ts';
import { problemsWith } from '../../../support/found-problems.ts';

const codes = ['MANIFEST_FIELD_MISSING', 'MANIFEST_VALUE_INVALID', 'MANIFEST_COST_UNBOUNDED'] as const;
const agents = { agents: { writer: { prompt: 'Write.' } } };
const asking = { node: { type: 'agent', agent: 'writer' } };
const counting = { node: { type: 'transform', output: 1 } };
const items = '${{ input }}';

const workflowOf = (...nodes: readonly object[]) => ({ workflow: { workflow: { id: 'x', nodes } }, agents });

/** Codes of what is said of a node, with the field. */
function said(node: object, ...others: readonly object[]): readonly string[] {
  return problemsWith(codes, workflowOf({ id: 'n', ...node }, ...others))
    .filter(({ path }) => path[2] === 0)
    .map(({ code, path }) => `${code} ${path.slice(3).join('.')}`);
}

/** Of another node, which could not be read. */
const unreadable = { id: 'other', type: 'transform', output: 1, retries: 'many', max_items: 'many' };

describe('a map', () => {
  const map = { type: 'map', items };

  it('says what it runs, whatever else cannot be read', () => {
    expect(said({ ...map }, unreadable)).toEqual(['MANIFEST_FIELD_MISSING ']);
    expect(said({ ...map, workflow: 5 })).toEqual([]);
    expect(said({ ...map, ...counting })).toEqual([]);
  });

  it('has a bound for its items where it asks agents for each, whatever else cannot be read', () => {
    expect(said({ ...map, ...asking }, unreadable)).toEqual(['MANIFEST_COST_UNBOUNDED items']);
    expect(said({ ...map, ...asking, max_items: 'many' })).toEqual([]);
    expect(said({ ...map, ...asking, max_items: 5 })).toEqual([]);
    expect(said({ ...map, ...asking, items: [1, 2] })).toEqual([]);
    expect(said({ ...map, node: { type: 'tool', tool: 'work' } })).toEqual([]);
  });

  const list = 'Write one expression that gives a list, or a list.';

  it.each([
    ['${{ input }}', undefined],
    [' \n${{ input }}\n ', undefined],
    [[1, 2], undefined],
    ['input.docs', 'Write "${{ input.docs }}" for an expression, or a list.'],
    [`input.${'x'.repeat(100)}`, `Write "\${{ input.${'x'.repeat(54)} }}" for an expression, or a list.`],
    ['all of ${{ input }}', list],
    ['of${{ input }}', list],
    ['${{ input }} and more', list],
    ['${{ input }}more', list],
    [5, list],
  ] as const)('has items that can be a list: %j', (written, hint) => {
    const problems = problemsWith(
      ['MANIFEST_VALUE_INVALID'],
      workflowOf({ id: 'n', ...map, items: written, ...counting }),
    );
    expect(problems.map((problem) => problem.hint)).toEqual(hint === undefined ? [] : [hint]);
  });
});

it('lets a repeat fail when it is exhausted only where a condition could end it before', () => {
  const repeat = { type: 'repeat', max_iterations: 3, ...counting };
  expect(said({ ...repeat, on_exhausted: 'fail' })).toEqual(['MANIFEST_VALUE_INVALID on_exhausted']);
  expect(said({ ...repeat, on_exhausted: 'fail', until: 'output > 3' })).toEqual([]);
  expect(said({ ...repeat, on_exhausted: 'accept' })).toEqual([]);
  expect(said({ ...repeat, on_exhausted: 'fail', until: 5 })).toEqual([]);
});

const planFaults = (nodes: readonly object[], declared?: object) =>
  problemsWith(['MANIFEST_PLAN_INVALID', 'MANIFEST_REFERENCE_UNKNOWN'] satisfies ErrorCode[], {
    workflow: { workflow: { id: 'x', nodes } },
    ...(declared !== undefined && { agents: { agents: declared } }),
  }).map(({ code, hint }) => `${code} ${hint}`);

describe('the writer of a tool plan', () => {
  const run = { id: 'run', type: 'tool', plan: 'plan' };
  const plan = { id: 'plan', type: 'agent', agent: 'planner' };

  it('is a node with an agent that has tools, of which nothing is said while the agent is not known', () => {
    expect(planFaults([plan, run])).toEqual([]);
    expect(planFaults([plan, run], { other: { prompt: 'Write.' } })).toEqual([
      'MANIFEST_REFERENCE_UNKNOWN Use "other".',
    ]);
    expect(planFaults([plan, run], { planner: { prompt: 'Plan.' } })).toEqual([
      'MANIFEST_PLAN_INVALID List in "tools" of the agent what its plans may use.',
    ]);
    expect(planFaults([run], { planner: { prompt: 'Plan.' } })).toEqual(['MANIFEST_REFERENCE_UNKNOWN Use "run".']);
  });
});
