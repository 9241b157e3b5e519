import { describe, expect, it } from 'vitest';
import { openProject } from '../../support/engine-fixture.ts';

describe('a tool plan', () => {
  it('keeps the limits of the tools that it names', async () => {
    const plan = { steps: [{ id: 'a', tool: 'slow' }, { id: 'b', tool: 'slow' }] }; // prettier-ignore
    const gates: (() => void)[] = [];
    const { engine, clock } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'think', type: 'agent', agent: 'planner' },
            { id: 'act', type: 'tool', plan: 'think' },
          ],
          edges: [{ from: 'think', to: 'act' }],
        },
        engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
        agents: { planner: { prompt: 'Plan.', output_schema: {}, tools: ['slow'] } },
        files: { 'replies.yaml': JSON.stringify({ replies: [{ reply: plan }, { reply: plan }] }) },
        toolSpecs: { slow: { max_parallel: 1 } },
        tools: { slow: () => new Promise((resolve) => gates.push(() => resolve(1))) },
      },
      { host: 'memory' },
    );
    const running = ['one', 'two'].map((id) => engine.runOne('go', { id }));
    const begun: number[] = [];
    for (let ended = 0; ended < 4; ended += 1) {
      await clock.until(() => gates.length > ended);
      await clock.settle();
      begun.push(gates.length - ended);
      gates[ended]?.();
    }
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(begun).toEqual([1, 1, 1, 1]);
  });
});
