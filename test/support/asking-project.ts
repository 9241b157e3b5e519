import type { TestProject } from './engine-fixture.ts';

/** What a stage asks about an item of a map. */
export const askAboutItem = { type: 'feedback', question: '${{ item }}?' } as const;

/** A map whose items ask; gives the values of the answers. */
export function askingMap(fields: object = {}): TestProject['workflow'] {
  return {
    nodes: [
      { id: 'each', type: 'map', items: '${{ input }}', node: askAboutItem, ...fields },
      { id: 'fine', type: 'end', output: '${{ output.map(o, o.ok ? o.output.value : null) }}' },
      { id: 'broken', type: 'end', output: '${{ error.code }}' },
    ],
    edges: [
      { from: 'each', to: 'fine' },
      { from: 'each', to: 'broken', type: 'error' },
    ],
  };
}

/** A workflow file that asks, called by another one, called by the workflow. */
export const nestedFiles = {
  'outer.json': JSON.stringify({
    workflow: { id: 'outer', nodes: [{ id: 'middle', type: 'workflow', workflow: 'inner.json' }] },
  }),
  'inner.json': JSON.stringify({
    workflow: { id: 'inner', nodes: [{ id: 'ask', type: 'feedback', question: 'Deep?' }] },
  }),
};
