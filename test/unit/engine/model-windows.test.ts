import { expect, it } from 'vitest';
import { openProject, type OpenEngine } from '../../support/engine-fixture.ts';

const words = 'many words are in here '.repeat(3_000);
const twice = [1, 2].map((call) => ({ call, tool_calls: [{ tool: 'look', arguments: { call } }] }));

/** An agent whose model has a window of 3,000 tokens, 200 of them for its answer. */
async function opened(replies: readonly object[], tools: readonly string[]): Promise<OpenEngine> {
  const told = { provider: 'scripted', script: 'replies.yaml', context_window: 3_000, max_output_tokens: 200 };
  return openProject(
    {
      workflow: { nodes: [{ id: 'say', type: 'agent', agent: 'sayer' }] },
      engine: { models: { told }, defaults: { model: 'told' } },
      agents: { sayer: { prompt: 'Say.', tools: [...tools], max_steps: 3 } },
      tools: { look: () => words },
      files: { 'replies.yaml': JSON.stringify({ replies }) },
    },
    { host: 'memory' },
  );
}

const sizesIn = ({ events }: OpenEngine): readonly number[] =>
  events.flatMap((event) => (event.type === 'llm.requested' ? (event.data.promptTokens ?? []) : []));

it.each([
  { way: 'natively', replies: twice },
  { way: 'by a plan', replies: plansOf(twice) },
])('shows an agent that calls tools $way as much of their results as its model has room for', async ({ replies }) => {
  const project = await opened([...replies, { reply: 'Done.' }], ['look']);
  expect((await project.engine.runOne('go')).status).toBe('completed');
  const [first = 0, second = 0, third = 0] = sizesIn(project);
  expect([second > first, third >= second, third <= 2_800]).toEqual([true, true, true]);
});

it('asks no model with a prompt that is larger than its window', async () => {
  const project = await opened([{ reply: 'Done.' }], []);
  const { status, failures } = await project.engine.runOne(words);
  expect([status, failures[0]?.code, failures[0]?.details]).toEqual(['failed', 'context.too_large', { budget: 3_000 }]);
  expect(sizesIn(project)).toEqual([]);
});

function plansOf(replies: typeof twice): readonly object[] {
  return replies.map(({ call, tool_calls: calls }) => {
    const steps = calls.map(({ tool, arguments: given }) => ({ id: 's1', tool, arguments: given }));
    return { call, reply: JSON.stringify({ steps }) };
  });
}
