import { expect, it } from 'vitest';
import type { Artifact, TaskFilter, TaskStore } from '../../src/services/store/index.ts';
import { changeOf, commitAt, listedAt, pruned, stepAt, taskAt, thrownBy } from './task-store.ts';

/** What every task store has to do with rows, checksums, filters, signals and changes. */
export function taskStorePartsContract(createStore: () => TaskStore): void {
  it('keeps the checkpoint that is there when a commit brings none', () => {
    const store = createStore();
    store.commit(commitAt(1));
    store.commit(stepAt(2));
    store.commit(stepAt(3, { status: 'waiting', definition: 'hash-2' }));
    const moved = { status: 'waiting', definition: 'hash-2' };
    expect(store.task('task-1')).toEqual(taskAt(3, { ...moved, row: taskAt(1).row, row_seq: 1 }));
    store.commit(commitAt(4));
    expect(store.task('task-1')).toEqual(taskAt(4));
    store.close();
  });

  it('takes no new task without a checkpoint', () => {
    const store = createStore();
    expect(thrownBy(() => store.commit(stepAt(1)))?.code).toBe('ENGINE_BUG');
    expect(store.tasks()).toEqual([]);
    store.close();
  });

  it('gives back the checksum of an entry that has one', () => {
    const store = createStore();
    const { entry } = commitAt(2);
    store.commit(commitAt(1));
    store.commit({ ...commitAt(2), entry: { ...entry, check: 4_294_967_295 } });
    expect(store.journal('task-1')).toEqual([commitAt(1).entry, { ...entry, check: 4_294_967_295 }]);
    store.close();
  });

  it('lists tasks by mode, definition, time of creation and the beginning of the id', () => {
    const store = createStore();
    store.commit(commitAt(1, { id: 'a-1', created_at: 10, mode: 'dry_run' }));
    store.commit(commitAt(1, { id: 'a-1/map.0', created_at: 10, mode: 'dry_run' }));
    store.commit(commitAt(1, { id: 'a-2', created_at: 20, definition: 'hash-2' }));
    store.commit(commitAt(1, { id: 'b%', created_at: 30, status: 'waiting' }));
    const ids = (filter: TaskFilter): string[] => store.tasks(filter).map(({ id }) => id);
    expect(ids({ mode: 'dry_run' })).toEqual(['a-1']);
    expect(ids({ mode: 'dry_run', below: 'a-1' })).toEqual(['a-1/map.0']);
    expect(ids({ definition: 'hash-2' })).toEqual(['a-2']);
    expect(ids({ createdAfter: 20 })).toEqual(['b%', 'a-2']);
    expect(ids({ createdAfter: 10, createdBefore: 30 })).toEqual(['a-2', 'a-1']);
    expect(ids({ search: 'a-' })).toEqual(['a-2', 'a-1']);
    expect(ids({ search: '' })).toEqual(['b%', 'a-2', 'a-1']);
    expect(ids({ search: '%' })).toEqual([]);
    expect(ids({ search: 'a', mode: 'normal', status: ['running', 'waiting'], limit: 5 })).toEqual(['a-2']);
    store.close();
  });

  it('keeps calls by task and scope, in the order in which they were saved, until their task is pruned', () => {
    const store = createStore();
    for (const id of ['task-1', 'task-1/map.0', 'task-2']) store.commit(commitAt(1, { id, status: 'completed' }));
    const call = { task: 'task-1', scope: 'review', key: 'model/1', at: 1, text: '{"text":"\u{1F680}"}' };
    store.saveCall(call);
    store.saveCall({ ...call, key: 'tool/s1', at: 2 });
    store.saveCall({ ...call, scope: 'rework', at: 3 });
    store.saveCall({ ...call, task: 'task-1/map.0', at: 4 });
    store.saveCall({ ...call, task: 'task-2', at: 5 });
    expect(store.calls('task-1', 'review')).toEqual([call, { ...call, key: 'tool/s1', at: 2 }]);
    expect(store.calls('task-1').map(({ scope, key }) => `${scope} ${key}`)).toEqual([
      'review model/1',
      'review tool/s1',
      'rework model/1',
    ]);
    store.saveCall({ ...call, at: 6, text: 'null' });
    expect(store.calls('task-1', 'review').map(({ key, text }) => [key, text])).toEqual([
      ['tool/s1', call.text],
      ['model/1', 'null'],
    ]);
    pruned(store, { ids: ['task-1'], now: 9 });
    expect(store.calls('task-1', 'review')).toEqual([]);
    expect(store.calls('task-1/map.0', 'review')).toEqual([]);
    expect(store.calls('task-2', 'review')).toEqual([{ ...call, task: 'task-2', at: 5 }]);
    store.close();
  });

  it('gives signals in the order in which they were sent, each of them once', () => {
    const store = createStore();
    for (const id of ['task-1', 'task-2', 'task-3']) store.commit(commitAt(1, { id }));
    store.sendSignal({ task: 'task-2', command: 'pause', at: 9 });
    store.sendSignal({ task: 'task-1', command: 'cancel', at: 1, data: '{"why":"\u{1F680}"}' });
    store.sendSignal({ task: 'task-3', command: 'pause', at: 3 });
    store.sendSignal({ task: 'task-2', command: 'resume', at: 2 });
    expect(store.takeSignals([])).toEqual([]);
    expect(store.takeSignals(['none', 'task-1', 'task-2'])).toEqual([
      { task: 'task-2', command: 'pause', at: 9 },
      { task: 'task-1', command: 'cancel', at: 1, data: '{"why":"\u{1F680}"}' },
      { task: 'task-2', command: 'resume', at: 2 },
    ]);
    expect(store.takeSignals(['task-1', 'task-2'])).toEqual([]);
    expect(store.takeSignals(['task-3'])).toEqual([{ task: 'task-3', command: 'pause', at: 3 }]);
    store.close();
  });

  it('takes no signal for a task that is not there', () => {
    const store = createStore();
    expect(thrownBy(() => store.sendSignal({ task: 'task-1', command: 'pause', at: 1 }))?.code).toBe('TASK_NOT_FOUND');
    expect(store.takeSignals(['task-1'])).toEqual([]);
    store.close();
  });

  it('sees nothing new in what it committed itself', () => {
    const store = createStore();
    expect(store.hasChanged()).toBe(false);
    store.commit(commitAt(1));
    expect(store.hasChanged()).toBe(false);
    store.close();
  });

  it('gives changes of files newest first, with those of the tasks below when asked, and which were undone', () => {
    const store = createStore();
    const first = store.saveChange(changeOf('task-1', { before: 'hash-1' }), [{ hash: 'hash-1', text: 'old' }]);
    const below = store.saveChange(changeOf('task-1/map.0', { directories: ['a', 'a/b'], stage: 's"/\u{1F680}' }), []);
    store.saveChange(changeOf('task-10'), []);
    const last = store.saveChange(changeOf('task-1'), []);
    expect(store.changes('task-1').map(({ id }) => id)).toEqual([last, first]);
    store.markUndone([below, last], 7);
    expect(store.changes('task-1', { below: true })).toEqual([
      { ...changeOf('task-1'), id: last, undone_at: 7 },
      { ...changeOf('task-1/map.0', { directories: ['a', 'a/b'], stage: 's"/\u{1F680}' }), id: below, undone_at: 7 },
      { ...changeOf('task-1', { before: 'hash-1' }), id: first },
    ]);
    expect(first < below && below < last).toBe(true);
    expect(store.artifact('hash-1')).toBe('old');
    store.close();
  });
}

const artifact = (hash: string): Artifact => ({ hash, text: `text of ${hash}` });

/** What every task store has to do to forget tasks. */
export function taskStorePruneContract(createStore: () => TaskStore): void {
  it('removes tasks that are over, all that is below them, and what nothing refers to any more', () => {
    const store = createStore();
    store.saveDefinition('hash-1', '{}');
    store.saveDefinition('hash-2', '{}');
    const shared = artifact('shared');
    store.commit({ ...commitAt(1, { id: 'a' }), artifacts: [shared, artifact('own')] });
    store.commit({ ...commitAt(1, { id: 'a/map.0' }), artifacts: [artifact('below')] });
    store.commit({ ...stepAt(2, { id: 'a', status: 'completed' }), artifacts: [shared] });
    store.commit(commitAt(1, { id: 'a.b', status: 'waiting', definition: 'hash-2' }));
    store.commit({ ...commitAt(1, { id: 'b' }), artifacts: [shared] });
    store.saveChange(changeOf('a/map.0'), [artifact('before')]);
    store.sendSignal({ task: 'a', command: 'pause', at: 1 });
    expect(pruned(store, { now: 9, dryRun: true })).toEqual({ tasks: ['a'], below: [], artifacts: 0, definitions: 0 });
    expect(store.task('a')?.status).toBe('completed');
    expect(pruned(store, { now: 9 })).toEqual({ tasks: ['a'], below: ['a/map.0'], artifacts: 3, definitions: 0 });
    expect([store.task('a'), store.task('a/map.0')]).toEqual([undefined, undefined]);
    expect([store.journal('a'), store.journal('a/map.0'), store.takeSignals(['a'])]).toEqual([[], [], []]);
    expect(store.changes('a', { below: true })).toEqual([]);
    expect(['own', 'below', 'before'].map((hash) => store.artifact(hash))).toEqual([undefined, undefined, undefined]);
    expect([store.artifact('shared'), store.definition('hash-1')]).toEqual([shared.text, '{}']);
    expect(
      store
        .tasks()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a.b', 'b']);
    expect(pruned(store, { now: 9 })).toEqual({ tasks: [], below: [], artifacts: 0, definitions: 0 });
    store.close();
  });

  it('keeps the definitions that were saved here, and says which tasks below another went with it', () => {
    const store = createStore();
    store.saveDefinition('hash-1', '{"v":1}');
    store.commit(commitAt(1, { status: 'failed' }));
    store.commit(commitAt(1, { id: 'task-1/map.0' }));
    expect([...store.prune({ now: 9 })]).toEqual([
      { tasks: ['task-1'], below: ['task-1/map.0'], artifacts: 0, definitions: 0 },
    ]);
    expect(store.definition('hash-1')).toBe('{"v":1}');
    store.close();
  });

  it('removes only tasks of the status, the age and the ids that are asked for, and never one that can go on', () => {
    const store = createStore();
    const statuses = ['completed', 'partial', 'failed', 'cancelled', 'running', 'waiting', 'paused', 'pending'];
    for (const [at, status] of statuses.entries()) {
      store.commit(commitAt(1, { id: `${status}-old`, status, created_at: at, updated_at: 10 }));
      store.commit(commitAt(1, { id: `${status}-new`, status, created_at: at, updated_at: 20 }));
    }
    const ids = (options: Parameters<typeof pruned>[1]): readonly string[] => pruned(store, options).tasks;
    expect(ids({ now: 9, ids: ['failed-new', 'running-old', 'none', 'failed-new'], updatedBefore: 20 })).toEqual([]);
    expect(ids({ now: 9, ids: ['failed-new', 'running-old', 'none', 'failed-new'] })).toEqual(['failed-new']);
    expect(ids({ now: 9, status: ['completed', 'partial'], updatedBefore: 20 })).toEqual([
      'completed-old',
      'partial-old',
    ]);
    expect(ids({ now: 9, updatedBefore: 10 })).toEqual([]);
    expect(ids({ now: 9, updatedBefore: 11 })).toEqual(['cancelled-old', 'failed-old']);
    expect(ids({ now: 9 })).toEqual(['cancelled-new', 'completed-new', 'partial-new']);
    expect(store.tasks().length).toBe(8);
    store.close();
  });

  it('leaves a task out while somebody holds it, and one that is below another', () => {
    const store = createStore();
    store.commit(commitAt(1, { status: 'completed' }));
    store.commit(commitAt(1, { id: 'task-1/map.0', status: 'completed' }));
    store.acquire('task-1', { id: 'first', host: 'elsewhere', pid: 1 }, 0);
    expect(pruned(store, { now: 1, ids: ['task-1', 'task-1/map.0'] }).tasks).toEqual([]);
    expect(pruned(store, { now: 1 }).tasks).toEqual([]);
    expect(store.task('task-1/map.0')?.seq).toBe(1);
    store.release('task-1', 'first');
    expect(pruned(store, { now: 1 }).tasks).toEqual(['task-1']);
    expect(store.task('task-1/map.0')).toBe(undefined);
    store.close();
  });

  it('removes any number of tasks in steps, between which tasks may come and go', () => {
    const store = createStore();
    const count = 450;
    store.commitAll(
      Array.from({ length: count }, (_, at) =>
        commitAt(1, { id: `task-${at}`, status: 'completed', created_at: Math.floor(at / 7) }),
      ),
    );
    let steps = 0;
    const removed = new Set<string>();
    for (const { tasks } of store.prune({ now: 1 })) {
      steps += 1;
      for (const id of tasks) removed.add(id);
      if (steps === 1) store.commit(commitAt(1, { id: 'between' }));
    }
    expect([removed.size, steps > 1]).toEqual([count, true]);
    expect(store.tasks()).toEqual([listedAt(1, { id: 'between' })]);
    store.close();
  });
}
