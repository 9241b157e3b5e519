import type { TestProject, TestTools } from './engine-fixture.ts';

export const echo: TestTools[string] = (arguments_) => arguments_;
const always = { consent: 'always' };

/** Two tool nodes side by side, each of which asks, and what they gave. */
export function twoTools(specs: object = always): TestProject {
  return {
    workflow: {
      nodes: [
        { id: 'start', type: 'transform', output: '${{ input }}' },
        { id: 'one', type: 'tool', tool: 'ship', arguments: { to: 'one' } },
        { id: 'two', type: 'tool', tool: 'ship', arguments: { to: 'two' } },
        { id: 'join', type: 'merge' },
        { id: 'done', type: 'end', output: '${{ output }}' },
      ],
      edges: [
        { from: 'start', to: 'one' },
        { from: 'start', to: 'two' },
        { from: 'one', to: 'join' },
        { from: 'two', to: 'join' },
        { from: 'join', to: 'done' },
      ],
    },
    tools: { ship: echo },
    toolSpecs: { ship: specs },
  };
}

/** One tool node; a denial goes to a node of its own. */
export function oneTool(specs: object = always, node: object = {}): TestProject {
  return {
    workflow: {
      nodes: [
        { id: 'act', type: 'tool', tool: 'ship', arguments: { to: '${{ input }}' }, ...node },
        { id: 'refused', type: 'transform', output: '${{ error.message }}' },
        { id: 'done', type: 'end', output: '${{ output }}' },
      ],
      edges: [
        { from: 'act', to: 'done' },
        { from: 'act', to: 'refused', type: 'error', on: ['permission'] },
        { from: 'refused', to: 'done' },
      ],
    },
    tools: { ship: echo },
    toolSpecs: { ship: specs },
  };
}

/** A map whose items each use the tool. */
export function mapOfTools(specs: object = always): TestProject {
  return {
    workflow: {
      nodes: [
        {
          id: 'each',
          type: 'map',
          items: '${{ input }}',
          node: { type: 'tool', tool: 'ship', arguments: { to: '${{ item }}' } },
        },
        { id: 'done', type: 'end', output: '${{ output.map(o, o.output.to) }}' },
      ],
      edges: [{ from: 'each', to: 'done' }],
    },
    tools: { ship: echo },
    toolSpecs: { ship: specs },
  };
}

/** An agent that looks something up, then asks for what needs consent, then says what it was told. */
export function askingAgent(replies: readonly object[], specs: object = always): TestProject {
  return {
    workflow: { nodes: [{ id: 'work', type: 'agent', agent: 'worker' }] },
    engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
    agents: { worker: { prompt: 'Work.', tools: ['look_up', 'ship'] } },
    files: { 'replies.yaml': JSON.stringify({ replies }) },
    tools: { look_up: () => ({ found: 1 }), ship: echo },
    toolSpecs: { ship: specs },
  };
}
