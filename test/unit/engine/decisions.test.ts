import { expect, it } from 'vitest';
import { openProject, type HostKind } from '../../support/engine-fixture.ts';

it.each<HostKind>(['memory', 'local'])(
  'a decision does not take an edge because its output spells the expression of it (%s)',
  async (host) => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'judge', type: 'decision', tool: 'judge' },
            { id: 'danger', type: 'end', output: 'danger' },
            { id: 'other', type: 'end', output: 'other' },
            { id: 'safe', type: 'end', output: 'safe' },
          ],
          edges: [
            { from: 'judge', to: 'danger', when: 'output == "ok"' },
            { from: 'judge', to: 'other', when: 'output == "other"' },
            { from: 'judge', to: 'safe' },
          ],
        },
        tools: { judge: () => 'output == "ok"' },
      },
      { host },
    );
    expect((await engine.runOne('go')).output).toBe('safe');
  },
);
