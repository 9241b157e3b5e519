import { expect, it } from 'vitest';
import { type HostKind, openProject } from '../../support/engine-fixture.ts';

export function scaleCases(host: HostKind): void {
  it('runs a chain of 1,000 nodes', async () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => `node_${at}`);
    const { engine } = await openProject(
      {
        workflow: {
          nodes: ids.map((id, at) => ({ id, type: 'transform', output: at === 0 ? 1 : '${{ output + 1 }}' }) as const),
          edges: ids.slice(1).map((to, at) => ({ from: `node_${at}`, to })),
        },
      },
      { host },
    );
    const { status, output, trace } = await engine.runOne('go');
    expect([status, output, trace.map(({ stage }) => stage)]).toEqual(['completed', 1_000, ids]);
  });

  it('runs 200 branches and joins them in the order of the file', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => `branch_${at}`);
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            ...ids.map((id) => ({ id, type: 'tool', tool: 'work', arguments: { id } }) as const),
            { id: 'join', type: 'merge', merge: 'list' },
          ],
          edges: ids.flatMap((id) => [
            { from: 'start', to: id },
            { from: id, to: 'join' },
          ]),
        },
        tools: { work: (arguments_) => arguments_ },
      },
      { host },
    );
    const { status, output } = await engine.runOne('go');
    expect([status, output]).toEqual(['completed', ids.map((id) => ({ id }))]);
  });

  it('runs 200 tasks at once', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work', arguments: { value: '${{ input }}' } },
            { id: 'finish', type: 'end', output: '${{ output.value * 2 }}' },
          ],
          edges: [{ from: 'work', to: 'finish' }],
        },
        tools: { work: (arguments_) => arguments_ },
      },
      { host },
    );
    const numbers = Array.from({ length: 200 }, (_, at) => at);
    const results = await Promise.all(numbers.map((at) => engine.runOne(at)));
    expect(results.map(({ status, output }) => [status, output])).toEqual(numbers.map((at) => ['completed', at * 2]));
    expect(engine.tasks({ status: ['completed'] })).toHaveLength(200);
  });
}
