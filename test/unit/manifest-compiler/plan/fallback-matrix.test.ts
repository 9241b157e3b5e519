import { expect, it } from 'vitest';
import { NodeSpec } from '../../../../src/manifest/index.ts';
import { expandFallbacks } from '../../../../src/manifest-compiler/plan/fallback-matrix.ts';
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
