import { describe, expect, it } from 'vitest';
import { routeTokens } from '../../../../src/machines/index.ts';
import { NodeSpec } from '../../../../src/manifest/index.ts';
import { expandFallbacks, fallbackRule } from '../../../../src/manifest-compiler/plan/fallback-matrix.ts';
import { buildGraph } from '../../../../src/manifest-compiler/plan/graph-builder.ts';
import { sliceOutline } from '../../../../src/manifest-compiler/plan/pipeline-slice.ts';
import { outlineEdges, outlineNode } from '../../../../src/manifest-compiler/plan/outline.ts';

const node = (spec: object) => outlineNode(NodeSpec.parse(spec), {});

it('lets a handler keep the edges that take its own failure to an end', () => {
  const outline = {
    nodes: [
      node({ id: 'one', type: 'tool', tool: 'work' }),
      node({ id: 'two', type: 'tool', tool: 'work' }),
      node({ id: 'spare', type: 'tool', tool: 'spare' }),
      node({ id: 'done', type: 'end' }),
      node({ id: 'give_up', type: 'end' }),
    ],
    edges: outlineEdges([
      { from: 'one', to: 'two' },
      { from: 'two', to: 'done' },
      { from: 'spare', to: 'give_up', type: 'error', on: ['timeout'] },
    ]),
  };
  const { edges } = expandFallbacks(outline, [{ stage_type: 'tool', category: 'tool', to: 'spare' }]);
  expect(edges.slice(outline.edges.length)).toEqual([
    { id: 'spare~~one->two', from: 'spare~~one', to: 'two', kind: 'normal', precedence: 0 },
    {
      id: 'spare~~one->give_up!',
      from: 'spare~~one',
      to: 'give_up',
      kind: 'error',
      precedence: 0,
      categories: ['timeout'],
    },
    { id: 'one->spare~~one?', from: 'one', to: 'spare~~one', kind: 'fallback', categories: ['tool'], precedence: 3 },
    { id: 'spare~~two->done', from: 'spare~~two', to: 'done', kind: 'normal', precedence: 0 },
    {
      id: 'spare~~two->give_up!',
      from: 'spare~~two',
      to: 'give_up',
      kind: 'error',
      precedence: 0,
      categories: ['timeout'],
    },
    { id: 'two->spare~~two?', from: 'two', to: 'spare~~two', kind: 'fallback', categories: ['tool'], precedence: 3 },
  ]);
});

const stages = {
  nodes: [
    node({ id: 'ask', type: 'agent', agent: 'x' }),
    node({ id: 'work', type: 'tool', tool: 'x' }),
    node({ id: 'spare', type: 'transform', output: 1 }),
    node({ id: 'done', type: 'end' }),
    node({ id: 'over', type: 'end' }),
  ],
  edges: outlineEdges([
    { from: 'ask', to: 'work' },
    { from: 'work', to: 'done' },
    { from: 'spare', to: 'over', type: 'error' },
    { from: 'spare', to: 'done', type: 'fallback', on: ['timeout'] },
  ]),
};

type Rows = Parameters<typeof expandFallbacks>[1];

/** The edges that rows add: where from, where to, how early they are tried, and the categories, or "most" of them. */
function added(rows: Rows, own: Parameters<typeof outlineEdges>[0] = []): readonly string[] {
  const edges = [...stages.edges, ...outlineEdges(own)];
  return expandFallbacks({ ...stages, edges }, rows)
    .edges.slice(edges.length)
    .map(({ id, precedence, categories = [] }) =>
      [id, precedence, categories.length > 3 ? `most, ${categories.includes('tool') ? 'tool' : 'no tool'}` : categories]
        .flat()
        .join(' '),
    );
}

it('leaves a workflow without rows as it is', () => {
  expect(expandFallbacks(stages, [])).toEqual(stages);
});

it.each([
  ['of one stage', { stage: 'ask', category: 'tool', to: 'done' }, ['ask->done? 2 tool']],
  ['of a type', { stage_type: 'tool', category: 'tool', to: 'over' }, ['work->over? 3 tool']],
  ['of all', { category: 'tool', to: 'done' }, ['ask->done? 4 tool', 'work->done? 4 tool']],
  ['of every failure', { stage: 'ask', to: 'done' }, ['ask->done? 5 most, tool']],
  ['of every failure of a type', { stage_type: 'tool', to: 'done' }, ['work->done? 6 most, tool']],
  ['of every failure of all', { to: 'done' }, ['ask->done? 7 most, tool', 'work->done? 7 most, tool']],
  ['of a stage that is of another type', { stage: 'ask', stage_type: 'tool', to: 'done' }, []],
  ['of an end, which cannot fail', { stage: 'over', to: 'done' }, []],
  ['of a stage with an edge for every failure', { stage: 'spare', to: 'done' }, []],
  ['to a node of another workflow', { stage: 'ask', to: 'elsewhere' }, []],
  ['to the stage itself', { stage: 'ask', to: 'ask' }, []],
] as const)('adds an edge for each stage that fits a row: %s', (_, row, expected) => {
  expect(added([row])).toEqual(expected);
});

it('leaves to the edges of a stage what they take, of type error or fallback', () => {
  const rows = [
    { stage: 'ask', to: 'done' },
    { stage: 'ask', category: 'tool', to: 'over' },
  ] as const;
  const both = ['ask->done? 5 most, tool', 'ask->over? 2 tool'];
  expect(added(rows)).toEqual(both);
  expect(added(rows, [{ from: 'ask', to: 'spare', condition: 'x' }])).toEqual(both);
  expect(added(rows, [{ from: 'ask', to: 'spare', type: 'error', on: ['tool'] }])).toEqual([
    'ask->done? 5 most, no tool',
  ]);
  expect(added(rows, [{ from: 'ask', to: 'spare', type: 'fallback', on: ['tool'] }])).toEqual([
    'ask->done? 5 most, no tool',
  ]);
  expect(added(rows, [{ from: 'ask', to: 'spare', type: 'error' }])).toEqual([]);
  expect(added(rows, [{ from: 'ask', to: 'spare', type: 'fallback' }])).toEqual([]);
});

it('lets one clone of a handler stand in for a stage, whatever the number of rows', () => {
  const rows = (['tool', 'timeout'] as const).map((category) => ({ stage: 'ask', category, to: 'spare' }));
  expect(added(rows, [{ from: 'ask', to: 'over', condition: 'x' }])).toEqual(
    [
      'spare~~ask->work 0 ',
      'spare~~ask->over! 4.5 ',
      'spare~~ask->done? 0 timeout',
      'ask->spare~~ask? 2 tool',
      'ask->spare~~ask?#2 2 timeout',
    ].map((text) => text.trim()),
  );
  const { nodes } = expandFallbacks(stages, rows);
  const [clone] = nodes.slice(stages.nodes.length);
  expect(nodes).toHaveLength(stages.nodes.length + 1);
  expect(clone).toEqual({
    ...stages.nodes[2],
    spec: { id: 'spare~~ask', type: 'transform', output: 1 },
    standsFor: 'spare',
  });
});

describe('of two rows that take a failure', () => {
  const ranked = [
    ['matrix (category, stage id)', { category: 'tool', stage: 'ask' }],
    ['matrix (category, stage type)', { category: 'tool', stage_type: 'agent' }],
    ['matrix (category, any)', { category: 'tool' }],
    ['matrix (any, stage id)', { stage: 'ask' }],
    ['matrix (any, stage type)', { stage_type: 'agent' }],
    ['matrix (any, any)', {}],
  ] as const;
  const pairs = ranked.flatMap(([rule, row], at) =>
    ranked.slice(at + 1).map(([other, lower]) => ({ rule, other, row, lower })),
  );

  it.each(pairs)('$rule beats $other, wherever it stands', ({ rule, row, lower }) => {
    const both = [
      { ...lower, to: 'over' },
      { ...row, to: 'done' },
    ];
    for (const rows of [both, both.toReversed()]) {
      const outline = sliceOutline(expandFallbacks(stages, rows), { entry: 'ask' });
      const graph = buildGraph(outline, { id: 'sample', entry: 'ask', exit: 'all', failFast: false });
      const failed = routeTokens(graph.entry, { kind: 'failed', category: 'tool' });
      const taken = graph.entry.outbound.filter((edge) => failed(edge) === 'live');
      expect(taken.map(({ to, precedence }) => [to.id, fallbackRule(precedence)])).toEqual([['done', rule]]);
    }
  });
});
