import type { TestProject } from './engine-fixture.ts';

/** An agent that uses a tool, a tool that fails once, and a map over two items. */
export const tracedProject: TestProject = {
  engine: {
    models: {
      told: { provider: 'scripted', script: 'replies.yaml', price: { input_per_mtok: 1, output_per_mtok: 2 } },
    },
    defaults: { model: 'told' },
  },
  agents: { writer: { prompt: 'Write.', tools: ['look'] } },
  files: {
    'replies.yaml':
      'replies: [{ call: 1, tool_calls: [{ tool: look, arguments: { at: sea } }] }, { call: 2, reply: It is blue. }]',
  },
  workflow: {
    id: 'sight',
    nodes: [
      { id: 'write', type: 'agent', agent: 'writer' },
      { id: 'flaky', type: 'tool', tool: 'flaky', retries: 1 },
      { id: 'each', type: 'map', items: '${{ [1, 2] }}', node: { type: 'tool', tool: 'look' } },
    ],
    edges: [
      { from: 'write', to: 'flaky' },
      { from: 'flaky', to: 'each' },
    ],
  },
  toolSpecs: { look: { description: 'Looks.', input_schema: { type: 'object' } } },
  tools: {
    look: () => 'blue',
    flaky: (_, { attempt }) => {
      if (attempt === 1) throw new Error('Not yet');
      return attempt;
    },
  },
};
