import { expect, it } from 'vitest';
import { storedEvents } from '../../../src/engine/index.ts';
import type { EngineEvent } from '../../../src/index.ts';
import { openProject, type TestProject } from '../../support/engine-fixture.ts';

/** What follows from the journal: the rest is told once. */
const toldAgain =
  /^(?:task\.(?!migrated|undone|pruned)|stage\.|edge\.|feedback\.|routing\.|checkpoint\.|override\.|security\.consent_)/u;

function isToldAgain({ type }: EngineEvent): boolean {
  return toldAgain.test(type);
}

const project: TestProject = {
  workflow: {
    nodes: [
      { id: 'first', type: 'tool', tool: 'look', arguments: { n: 1 }, retries: 1 },
      { id: 'ask', type: 'feedback', question: 'Is that right?' },
      { id: 'send', type: 'tool', tool: 'send', arguments: { n: 2 } },
    ],
    edges: [
      { from: 'first', to: 'ask' },
      { from: 'ask', to: 'send' },
    ],
  },
  tools: {
    look(_, { attempt }) {
      if (attempt === 1) throw new Error('Not yet.');
      return attempt;
    },
    send: () => 'sent',
  },
  toolSpecs: { send: { consent: 'always' } },
};

it('journals tell what was told at the time: the same events with the same ids, places, times and data', async () => {
  const { engine, clock, directory, events } = await openProject(project, {
    host: 'local',
    plugins: [
      {
        name: 'brief',
        version: '1',
        hooks: { before_task: async () => ({ addOverride: { kind: 'verbosity', payload: { level: 'brief' } } }) },
      },
    ],
  });
  // Time passes between what is written and what is told.
  engine.events$.subscribe(() => clock.advance(3));
  await clock.outcomeOf(engine.runOne('go', { id: 'one' }));
  await clock.outcomeOf(engine.answer('one', 'yes'));
  await clock.outcomeOf(engine.answer('one', 'allow'));
  await engine.forkTask('one', { id: 'two', fromStage: 'ask', overrides: ['verbosity=detailed'] });
  await clock.outcomeOf(engine.runTask('two'));
  await engine.cancelTask('two');
  for (const id of ['one', 'two']) {
    const told = events.filter((event) => event.taskId === id && isToldAgain(event));
    expect(await storedEvents(directory, id)).toEqual(told);
  }
  const types = new Set<string>(events.map(({ type }) => type));
  const rare = ['feedback.requested', 'override.applied', 'security.consent_granted', 'task.resumed', 'task.cancelled'];
  expect(rare.filter((type) => !types.has(type))).toEqual([]);
});

it('tells of a workflow that has nothing but an end how it ended, and journals tell that again', async () => {
  const { engine, directory, events } = await openProject(
    { workflow: { nodes: [{ id: 'finish', type: 'end', output: '${{ input.text }}' }], edges: [] } },
    { host: 'local' },
  );
  await engine.runOne({ text: 'here' }, { id: 'one' });
  await engine.runOne({}, { id: 'two' });
  const told = ['one', 'two'].map((id) => events.filter(({ taskId }) => taskId === id));
  expect(told.map((ofTask) => ofTask.map(({ type }) => type))).toEqual([
    ['task.created', 'routing.decided', 'stage.finished', 'task.completed'],
    ['task.created', 'routing.decided', 'stage.failed', 'task.failed'],
  ]);
  expect(await Promise.all(['one', 'two'].map(async (id) => storedEvents(directory, id)))).toEqual(told);
});

it('tells of the end of a child task once, however soon that is', async () => {
  const { engine, directory, events } = await openProject(
    {
      workflow: { nodes: [{ id: 'call', type: 'workflow', workflow: './workflows/pure.yaml' }], edges: [] },
      files: {
        'workflows/pure.yaml':
          'workflow:\n  id: pure\n  nodes: [{ id: a, type: transform, output: 1 }, { id: e, type: end }]\n  edges: [{ from: a, to: e }]\n',
      },
    },
    { host: 'local' },
  );
  await engine.runOne('go', { id: 'one' });
  const told = events.filter(({ taskId }) => taskId === 'one/call');
  expect(told.filter(({ type }) => type === 'task.completed')).toHaveLength(1);
  expect((await storedEvents(directory, 'one')).filter(({ taskId }) => taskId === 'one/call')).toEqual(told);
});
