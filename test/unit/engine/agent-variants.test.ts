import { describe, expect, it } from 'vitest';
import { chooseVariant } from '../../../src/services/index.ts';
import { openDirectory, openProject, type TestProject } from '../../support/engine-fixture.ts';
import { stageOf } from '../../support/task-reading.ts';

const turns: TestProject = {
  workflow: {
    nodes: [
      {
        id: 'write',
        type: 'agent',
        agent: 'own',
        agent_variants: [
          { agent: 'long', weight: 1, when: 'size(input) > 3' },
          { agent: 'terse', weight: 1, when: 'size(input) > 3' },
        ],
      },
      { id: 'note', type: 'transform', output: '${{ stages.write.status }}' },
    ],
    edges: [{ from: 'write', to: 'note' }],
  },
  agents: { own: { prompt: 'Write.' }, long: { prompt: 'Write much.' }, terse: { prompt: 'Write little.' } },
};

const variants = [
  { agent: 'long', weight: 1 },
  { agent: 'terse', weight: 1 },
];

/** An id of a task whose hash falls to an agent. */
function idFor(agent: string, name = 'task'): string {
  const ids = Array.from({ length: 50 }, (_, at) => `${name}-${at}`);
  const found = ids.find((id) => chooseVariant({ at: 'write', key: `${id} write`, own: '', variants }).agent === agent);
  if (found === undefined) throw new Error(`No id of fifty falls to "${agent}".`);
  return found;
}

describe.each(['memory', 'local'] as const)('agents that take turns on the %s host', (host) => {
  it.each(['long', 'terse'])(
    'are picked by the id of the task, and what they do is told to be theirs: %s',
    async (agent) => {
      const { engine, clock, events } = await openProject(turns, { host });
      const id = idFor(agent);
      const result = await clock.outcomeOf(engine.runOne('longer', { id }));
      expect(stageOf(result, 'write')).toMatchObject({ agent, variant: agent });
      const told = events.filter(({ stageId }) => stageId === 'write');
      const tagged = told.flatMap(({ type, data }) => ('variant' in data ? [[type, data.agent, data.variant]] : []));
      expect(tagged).toEqual([
        ['stage.started', agent, agent],
        ['agent.called', agent, agent],
        ['agent.answered', agent, agent],
        ['stage.finished', agent, agent],
      ]);
      expect(told[0]).toMatchObject({ type: 'routing.decided', data: { kind: 'agent', at: 'write', chosen: agent } });
      expect((await engine.showTask(id)).routing.map(({ kind, rule }) => [kind, rule])).toEqual([
        ['pipeline', 'pipeline.only'],
        ['agent', 'agent.variant'],
      ]);
    },
  );

  it('leave the task to the agent of the node when their conditions do not hold', async () => {
    const { engine, clock, events } = await openProject(turns, { host });
    const result = await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
    expect(stageOf(result, 'write')).toMatchObject({ agent: 'own', variant: 'own' });
    expect(
      events.flatMap(({ type, data }) => (type === 'agent.called' && 'agent' in data ? [data.agent] : [])),
    ).toEqual(['own']);
    expect(stageOf(result, 'note')).not.toHaveProperty('variant');
  });
});

it('is asked again in a later process, and by a fork, whatever its id', async () => {
  const first = await openProject(turns, { host: 'local' });
  const id = idFor('long');
  await first.engine.createTask({ input: 'longer', id, step: true });
  await first.engine.close();
  const { engine, clock } = await openDirectory(first.directory, {}, { host: 'local', clock: first.clock });
  await clock.outcomeOf(engine.resumeTask(id));
  const { routing, trace } = await engine.showTask(id);
  expect(stageOf({ trace }, 'write').agent).toBe('long');
  expect((await engine.replayTask(id)).map(({ task }) => task)).toEqual([id]);
  for (const point of [{ fromStage: 'write' }, { fromStage: 'note' }]) {
    const fork = idFor('terse', point.fromStage);
    await engine.forkTask(id, { ...point, id: fork });
    await clock.outcomeOf(engine.runTask(fork));
    const forked = await engine.showTask(fork);
    expect(stageOf(forked, 'write').agent).toBe('long');
    expect(forked.routing).toEqual(routing);
  }
});

it('is decided anew by a fork with another request, for what runs again', async () => {
  const { engine, clock } = await openProject(turns, { host: 'local' });
  const id = idFor('long');
  await clock.outcomeOf(engine.runOne('longer', { id }));
  for (const [fromStage, agent] of [
    ['write', 'own'],
    ['note', 'long'],
  ] as const) {
    const fork = await engine.forkTask(id, { fromStage, input: 'go' });
    await clock.outcomeOf(engine.runTask(fork.id));
    const { trace, routing } = await engine.showTask(fork.id);
    expect(stageOf({ trace }, 'write').agent).toBe(agent);
    expect(routing.filter(({ kind }) => kind === 'agent').map(({ chosen }) => chosen)).toEqual([agent]);
  }
});
