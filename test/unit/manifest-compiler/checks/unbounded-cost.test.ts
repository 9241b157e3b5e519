import { expect, it } from 'vitest';
import { findProblems } from '../../../support/sample-project.ts';

const price = { input_per_mtok: 1, output_per_mtok: 1 };
const bounds = { context_window: 8_000, max_output_tokens: 1_000 };

function warningsOf(model: object, map: object, defaults: object = {}): string[] {
  const nodes = [{ id: 'each', type: 'map', ...map, node: { type: 'agent', agent: 'writer' } }];
  const files = {
    'engine.json': {
      engine: { name: 'e', models: { m: { provider: 'offline', ...model } }, defaults: { model: 'm', ...defaults } },
    },
    'agents.json': { agents: { writer: { prompt: 'Write.' } } },
    'workflow.json': { workflow: { id: 'w', nodes } },
  };
  const texts = Object.entries(files).map(([file, value]): [string, string] => [file, JSON.stringify(value)]);
  return findProblems(new Map(texts))
    .problems.filter(({ code }) => code === 'MANIFEST_COST_UNBOUNDED')
    .map(({ file }) => file);
}

const anyList = { items: '${{ input }}' };

it.each([
  ['of a list of any length', [{ price, ...bounds }, anyList], ['workflow.json']],
  ['of a model that nothing bounds', [{ price }, { ...anyList, max_items: 3 }], ['engine.json']],
  ['of each of two causes', [{ price }, anyList], ['engine.json', 'workflow.json']],
  ['of nothing where both are bounded', [{ price, ...bounds }, { items: [1, 2] }], []],
] as const)('warns %s', (_, [model, map], expected) => {
  expect(warningsOf(model, map)).toEqual(expected);
});

it.each([{ max_cost_usd: 1 }, { max_tokens_total: 1_000 }])(
  'warns of no cost with %o for the whole task',
  (defaults) => {
    expect(warningsOf({ price }, anyList, defaults)).toEqual([]);
  },
);
