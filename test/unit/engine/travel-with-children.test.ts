import { describe, expect, it } from 'vitest';
import { storedEvents } from '../../../src/engine/index.ts';
import { askingMap } from '../../support/asking-project.ts';
import { openDirectory, openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';
import { writeProject } from '../../support/project-fixture.ts';

function places({ engine }: OpenEngine, id: string): readonly string[] {
  return engine.questions(id).map(({ task, stage }) => `${task} ${stage}`);
}

async function openAsking(workflow: TestProject['workflow'], tools: TestProject['tools'] = {}): Promise<OpenEngine> {
  return openProject({ workflow, tools }, { host: 'local' });
}

describe('a fork', () => {
  it('of a task whose child tasks wait begins child tasks of its own, and leaves the others alone', async () => {
    const open = await openAsking(askingMap());
    const { engine, clock } = open;
    await clock.outcomeOf(engine.runOne(['a', 'b'], { id: 'task' }));
    await clock.outcomeOf(engine.answer('task/each.0', 'first'));
    const { seq } = await engine.showTask('task');
    const fork = await engine.forkTask('task', { fromStage: 'each', id: 'fork' });
    expect(fork.status).toBe('running');
    expect((await engine.forkTask('task', { fromSeq: seq, id: 'later' })).status).toBe('running');
    expect((await clock.outcomeOf(engine.runTask('fork'))).status).toBe('waiting');
    expect(places(open, 'fork')).toEqual(['fork/each.0 item', 'fork/each.1 item']);
    expect(places(open, 'task')).toEqual(['task/each.1 item']);
    for (const [id, value] of [
      ['fork/each.0', 'one'],
      ['fork/each.1', 'two'],
      ['task/each.1', 'second'],
    ] as const)
      await clock.outcomeOf(engine.answer(id, value));
    expect((await engine.showTask('fork')).output).toEqual(['one', 'two']);
    expect((await engine.showTask('task')).output).toEqual(['first', 'second']);
    expect((await engine.replayTask('fork')).map(({ task }) => task)).toEqual(['fork', 'fork/each.0', 'fork/each.1']);
    expect(await engine.replayTask('fork', { below: false })).toHaveLength(1);
    await expect(engine.forkTask('fork/each.0')).rejects.toMatchObject({ code: 'TASK_FORK_INVALID' });
  });

  it('keeps a question asked, as it was asked, with all of its time before it', async () => {
    const { engine, clock } = await openAsking({
      nodes: [
        { id: 'ask', type: 'feedback', question: 'Go, ${{ input }}?', timeout: '1h', default: 'nobody' },
        { id: 'end', type: 'end', output: '${{ stages.ask.output.value }}' },
      ],
      edges: [{ from: 'ask', to: 'end' }],
    });
    expect((await engine.runOne('friend', { id: 'task' })).status).toBe('waiting');
    clock.advance(2 * 3_600_000);
    expect((await clock.outcomeOf(engine.resumeTask('task'))).output).toBe('nobody');
    clock.advance(24 * 3_600_000);
    const now = clock.now();
    await engine.forkTask('task', { fromStage: 'ask', id: 'same' });
    await engine.forkTask('task', { fromStage: 'ask', id: 'other', input: 'foe' });
    const asked = ['same', 'other'].map((id) =>
      engine.questions(id).map(({ question, due_at }) => [question.text, due_at]),
    );
    expect(asked).toEqual([[['Go, friend?', now + 3_600_000]], [['Go, foe?', now + 3_600_000]]]);
    expect((await engine.answer('same', 'me')).output).toBe('me');
    clock.advance(3_600_000);
    expect((await clock.outcomeOf(engine.resumeTask('other'))).output).toBe('nobody');
    for (const id of ['same', 'other']) expect(await engine.replayTask(id)).toHaveLength(1);
  });

  it('of a task that failed after attempts has all of them before it again', async () => {
    const tools = {
      flaky: () => {
        throw new Error('Not today.');
      },
    };
    const open = await openAsking(
      { nodes: [{ id: 'flaky', type: 'tool', tool: 'flaky', retries: 2, backoff: '1s' }] },
      tools,
    );
    const { engine, clock, calls } = open;
    expect((await clock.outcomeOf(engine.runOne('go', { id: 'task' }))).status).toBe('failed');
    expect(calls).toHaveLength(3);
    await engine.forkTask('task', { fromStage: 'flaky', id: 'again' });
    expect((await clock.outcomeOf(engine.runTask('again'))).status).toBe('failed');
    expect(calls).toHaveLength(6);
    const waiting = (await engine.journal('task')).find(({ what }) => what.includes('to be tried again'));
    expect(waiting?.what).toBe('"flaky" failed: tool.failed, to be tried again');
    await engine.forkTask('task', { fromSeq: waiting?.seq ?? 0, id: 'later' });
    await clock.outcomeOf(engine.runTask('later'));
    expect(calls).toHaveLength(8);
    for (const id of ['again', 'later']) expect(await engine.replayTask(id)).toHaveLength(1);
  });
});

describe('going on with the manifests of today', () => {
  it('ends the child tasks of stages in flight, and begins new ones with ids of their own', async () => {
    const first = await openAsking(askingMap());
    await first.clock.outcomeOf(first.engine.runOne(['a', 'b'], { id: 'task' }));
    await first.clock.outcomeOf(first.engine.answer('task/each.0', 'first'));
    await first.engine.close();
    const { directory, clock } = first;
    writeProject(directory, { workflow: { ...askingMap(), description: 'Another version.' } });
    const open = await openDirectory(directory, {}, { host: 'local', clock });
    const { engine, events } = open;
    expect((await clock.outcomeOf(engine.resumeTask('task', { latest: true }))).status).toBe('waiting');
    const { seq } = (await engine.journal('task')).find(({ what }) => what.startsWith('moved')) ?? { seq: 0 };
    expect(places(open, 'task')).toEqual([`task/each~1~${seq}.0 item`, `task/each~1~${seq}.1 item`]);
    expect(
      engine
        .tasks({ below: 'task' })
        .map(({ id, status }) => `${id} ${status}`)
        .toSorted(),
    ).toEqual([
      'task/each.0 completed',
      'task/each.1 cancelled',
      `task/each~1~${seq}.0 waiting`,
      `task/each~1~${seq}.1 waiting`,
    ]);
    expect(events.filter(({ type }) => type === 'task.cancelled').map(({ taskId }) => taskId)).toEqual(['task/each.1']);
    const ended = (await storedEvents(directory, 'task')).filter(({ taskId }) => taskId === 'task/each.1');
    expect(events.filter(({ taskId }) => taskId === 'task/each.1')).toEqual(
      ended.slice(ended.findIndex(({ type }) => type === 'stage.cancelled')),
    );
    for (const number of [0, 1]) await clock.outcomeOf(engine.answer(`task/each~1~${seq}.${number}`, number));
    expect((await engine.showTask('task')).output).toEqual([0, 1]);
    expect(await engine.replayTask('task')).toHaveLength(5);
  });

  it('of a child task is refused: it has those of the task above', async () => {
    const { engine, clock } = await openAsking(askingMap());
    await clock.outcomeOf(engine.runOne(['a'], { id: 'task' }));
    await expect(engine.planMigration('task/each.0')).rejects.toMatchObject({ code: 'TASK_MIGRATION_REFUSED' });
  });

  it('of a task that is at work is refused, and it works on', async () => {
    const gate = Promise.withResolvers<string>();
    const workflow: TestProject['workflow'] = { nodes: [{ id: 'slow', type: 'tool', tool: 'slow' }] };
    const first = await openAsking(workflow, { slow: () => gate.promise });
    await first.engine.createTask({ input: 'go', id: 'task' });
    await first.engine.close();
    const { directory, clock } = first;
    const other = { ...workflow, description: 'Another version.' };
    const { engine, calls } = await openProject(
      { workflow: other, tools: { slow: () => gate.promise } },
      { host: 'local', directory, clock },
    );
    const running = engine.runTask('task');
    await clock.until(() => calls.length === 1);
    await expect(engine.resumeTask('task', { latest: true })).rejects.toMatchObject({ code: 'TASK_BUSY' });
    gate.resolve('done');
    expect((await running).status).toBe('completed');
  });
});
