import { expect, it } from 'vitest';
import { openProject, type HostKind } from '../../support/engine-fixture.ts';

it.each<HostKind>(['memory', 'local'])(
  'events have growing places though a listener answers at once, on the %s host',
  async (host) => {
    const stages = ['a', 'b', 'c', 'd'];
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'first', type: 'transform', output: 1 },
            ...stages.map((id) => ({ id, type: 'feedback' as const, question: 'Well?' })),
          ],
          edges: stages.map((to) => ({ from: 'first', to })),
        },
      },
      { host },
    );
    const places: number[] = [];
    const answers: Promise<unknown>[] = [];
    engine.events$.subscribe(({ type, taskId, nodeId, seq }) => {
      places.push(seq);
      if (type === 'feedback.requested' && nodeId !== undefined)
        answers.push(engine.answer(taskId, 'yes', { stage: nodeId }));
    });
    const { status } = await engine.runOne('go', { id: 'task' });
    await Promise.all(answers);
    expect([status, new Set(places).size]).toEqual(['completed', places.length]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  },
);
