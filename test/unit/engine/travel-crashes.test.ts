import { describe, expect, it } from 'vitest';
import type { TaskStore } from '../../../src/services/index.ts';
import { dyingStore, openLocal, type LocalEngine } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';

const nodes: ProjectParts['workflow']['nodes'] = [
  { id: 'one', type: 'tool', tool: 'work' },
  { id: 'two', type: 'tool', tool: 'work' },
  { id: 'three', type: 'tool', tool: 'work' },
];
const edges: ProjectParts['workflow']['edges'] = [
  { from: 'one', to: 'two' },
  { from: 'two', to: 'three' },
];
const changed: ProjectParts['workflow'] = {
  nodes: [{ id: 'first', type: 'tool', tool: 'work' }, ...nodes.slice(1)],
  edges: [
    { from: 'first', to: 'two' },
    { from: 'two', to: 'three' },
  ],
};
const tools = { work: () => 'done' };

interface Left {
  readonly directory: string;
  readonly clock: SimulatedClock;
}

/** A task whose process died before its second stage was written, in a directory with other manifests by now. */
async function leaveTask(): Promise<Left> {
  const [directory, clock] = [temporaryDirectory(), createSimulatedClock()];
  writeProject(directory, { workflow: { nodes, edges }, tools: { work: { type: 'registered' } } });
  const open = await openLocal(directory, { tools, clock, wrapStore: dyingStore({ after: 3, isWritten: false }) });
  await open.tasks.createTask({ input: 'go', id: 'task' });
  await expect(clock.outcomeOf(open.tasks.runTask('task'))).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  await open.close();
  writeProject(directory, { workflow: changed, tools: { work: { type: 'registered' } } });
  return { directory, clock };
}

type Wrap = (store: TaskStore) => TaskStore;

/** The transaction of the move is the first. */
const dyingAtMove = (): Wrap => dyingStore({ after: 0, isWritten: false });
const dyingAfterMove = (): Wrap => dyingStore({ after: 1, isWritten: false });

async function reopen({ directory, clock }: Left, wrapStore?: Wrap): Promise<LocalEngine> {
  return openLocal(directory, { tools, clock, ...(wrapStore !== undefined && { wrapStore }) });
}

describe('a process that dies while a task is moved to other manifests', () => {
  it('leaves it with the new ones when that was written, and nothing that was kept runs again', async () => {
    const left = await leaveTask();
    const dying = await reopen(left, dyingAfterMove());
    const move = dying.tasks.resumeTask('task', { latest: true });
    await expect(left.clock.outcomeOf(move)).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    await dying.close();
    const { tasks, calls } = await reopen(left);
    expect((await tasks.planMigration('task')).verdict).toBe('same');
    const result = await left.clock.outcomeOf(tasks.resumeTask('task'));
    expect(result.trace.map(({ node, status }) => `${node} ${status}`)).toEqual([
      'first done',
      'two done',
      'three done',
    ]);
    expect(calls).toHaveLength(2);
    expect(await tasks.replayTask('task')).toHaveLength(1);
  });

  it('leaves it with the old ones when it was not', async () => {
    const left = await leaveTask();
    const dying = await reopen(left, dyingAtMove());
    await expect(dying.tasks.resumeTask('task', { latest: true })).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    await dying.close();
    const { tasks, calls } = await reopen(left);
    expect((await tasks.planMigration('task')).verdict).toBe('migratable');
    const result = await left.clock.outcomeOf(tasks.resumeTask('task'));
    expect(result.trace.map(({ node, status }) => `${node} ${status}`)).toEqual(['one done', 'two done', 'three done']);
    expect(calls).toHaveLength(2);
  });

  it('leaves no part of a fork', async () => {
    const left = await leaveTask();
    const dying = await reopen(left, dyingAtMove());
    await expect(dying.tasks.forkTask('task', { id: 'fork' })).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    await dying.close();
    const { tasks } = await reopen(left);
    expect(tasks.tasks().map(({ id }) => id)).toEqual(['task']);
  });
});

describe('a task that was moved to other manifests', () => {
  it('can be looked back on and forked after a prune, although no task has the old ones any more', async () => {
    const left = await leaveTask();
    const first = await reopen(left);
    await left.clock.outcomeOf(first.tasks.resumeTask('task', { latest: true }));
    await first.close();
    const { tasks, store } = await reopen(left);
    const { definition } = await tasks.showTask('task', { at: 2 });
    const pruned = [...store.prune({ ids: [], now: left.clock.now() })];
    expect(pruned.map(({ definitions }) => definitions)).toContain(1);
    expect(store.definition(definition)).toBeUndefined();
    await tasks.forkTask('task', { fromSeq: 2, id: 'fork' });
    const { tasks: others } = await reopen(left);
    expect((await others.showTask('task', { at: 2 })).definition).toBe(definition);
    expect(await others.replayTask('task')).toHaveLength(1);
    expect([...store.prune({ ids: ['task'], now: left.clock.now() })].flatMap((step) => step.tasks)).toEqual(['task']);
    const result = await left.clock.outcomeOf(others.runTask('fork'));
    expect(result.trace.map(({ node }) => node)).toEqual(['one', 'two', 'three']);
  });
});
