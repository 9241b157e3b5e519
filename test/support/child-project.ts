import { argument, type TestProject, type TestTools } from './engine-fixture.ts';

/** A map with a tool in its body, a repeat and a sub-workflow, each of which works by child tasks. */
export const childWorkflow: TestProject['workflow'] = {
  nodes: [
    {
      id: 'each',
      type: 'map',
      items: '${{ input }}',
      max_parallel: 2,
      body: {
        nodes: [
          { id: 'work', type: 'tool', tool: 'work', arguments: { on: '${{ item }}' }, retries: 1, backoff: '1s' },
          { id: 'mark', type: 'transform', output: '${{ output + "/" + string(index) }}' },
        ],
        edges: [{ from: 'work', to: 'mark' }],
      },
    },
    {
      id: 'again',
      type: 'repeat',
      max_iterations: 3,
      until: 'iteration == 2',
      node: { type: 'tool', tool: 'work', arguments: { on: '${{ "round " + string(iteration) }}' } },
    },
    {
      id: 'call',
      type: 'workflow',
      workflow: 'inner.json',
      input: '${{ [output, stages.each.output.map(o, o.output)] }}',
    },
  ],
  edges: [
    { from: 'each', to: 'again' },
    { from: 'again', to: 'call' },
  ],
};

export const childFiles = {
  'inner.json': JSON.stringify({
    workflow: {
      id: 'inner',
      nodes: [
        { id: 'last', type: 'tool', tool: 'work', arguments: { on: 'last' } },
        { id: 'over', type: 'end', output: ['${{ output }}', '${{ input }}'] },
      ],
      edges: [{ from: 'last', to: 'over' }],
    },
  }),
};

export interface ChildTools {
  readonly tools: TestTools;
  /** What was worked on with which key, in order. */
  readonly worked: string[];
}

/** The item "b" fails in the first attempt of its stage, also when that attempt runs again after a crash. */
export function childTools(): ChildTools {
  const worked: string[] = [];
  let firstKey: string | undefined;
  const work: TestTools[string] = (arguments_, { idempotencyKey }) => {
    const on = String(argument(arguments_, 'on'));
    worked.push(idempotencyKey);
    if (on === 'b') firstKey ??= idempotencyKey;
    if (idempotencyKey === firstKey) throw new Error('Not yet.');
    return on.toUpperCase();
  };
  return { tools: { work }, worked };
}

export const childRequest = ['a', 'b', 'c'];
