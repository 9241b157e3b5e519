import { expect, it } from 'vitest';
import type {
  LeaseHolder,
  ListedTask,
  Pruned,
  PruneOptions,
  StoredTask,
  TaskCommit,
  TaskStore,
  WorkspaceChange,
} from '../../src/services/store/index.ts';

export function listedAt(seq: number, changes: Partial<ListedTask> = {}): ListedTask {
  const task = {
    id: 'task-1',
    definition: 'hash-1',
    status: 'running',
    mode: 'normal',
    pipeline: 'main',
    created_at: 1_000,
    updated_at: 1_000 + seq,
    seq,
  };
  return { ...task, ...changes };
}

export function taskAt(seq: number, changes: Partial<StoredTask> = {}): StoredTask {
  return { ...listedAt(seq), row: JSON.stringify({ v: 1, seq }), row_seq: seq, ...changes };
}

/** With a checkpoint. */
export function commitAt(seq: number, changes: Partial<StoredTask> = {}): TaskCommit {
  const { row_seq: _, ...task } = taskAt(seq, changes);
  const entry = { seq, at: 1_000 + seq, text: JSON.stringify({ type: 'result', seq }) };
  return { task, entry, artifacts: [], isNew: seq === 1 };
}

/** Without a checkpoint. */
export function stepAt(seq: number, changes: Partial<ListedTask> = {}): TaskCommit {
  return { ...commitAt(seq), task: listedAt(seq, changes) };
}

export function thrownBy(work: () => unknown): { code: unknown; message: unknown; details: unknown } | undefined {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      code: 'code' in error ? error.code : undefined,
      message: error.message,
      details: 'details' in error ? error.details : undefined,
    };
  }
  return undefined;
}

export function changeOf(task: string, changes: Partial<WorkspaceChange> = {}): WorkspaceChange {
  const file = { path: 'notes.md', before: null, after: 'hash-2', directories: [] };
  return { task, stage: 'write', tool: 'files.write', ...file, at: 1_000, ...changes };
}

/** All that a prune removed. */
export function pruned(store: TaskStore, options: PruneOptions): Pruned {
  const steps = [...store.prune(options)];
  return {
    tasks: steps.flatMap(({ tasks }) => tasks).toSorted(),
    below: steps.flatMap(({ below }) => below).toSorted(),
    artifacts: steps.reduce((sum, { artifacts }) => sum + artifacts, 0),
    definitions: steps.reduce((sum, { definitions }) => sum + definitions, 0),
  };
}

const holder = (id: string): LeaseHolder => ({ id, host: 'elsewhere', pid: 1 });

/** What every task store has to do. */
export function taskStoreContract(createStore: () => TaskStore): void {
  it('gives back a task and its journal as they were committed', () => {
    const store = createStore();
    store.commit(commitAt(1));
    store.commit(commitAt(2, { status: 'completed' }));
    expect(store.task('task-1')).toEqual(taskAt(2, { status: 'completed' }));
    expect(store.journal('task-1')).toEqual([commitAt(1).entry, commitAt(2).entry]);
    expect(store.journal('task-1', 1)).toEqual([commitAt(2).entry]);
    store.close();
  });

  it('knows nothing of a task, artifact or definition that was never written', () => {
    const store = createStore();
    const answers = [store.task('x'), store.tasks(), store.journal('x'), store.artifact('x'), store.definition('x')];
    expect(answers).toEqual([undefined, [], [], undefined, undefined]);
    store.close();
  });

  it('keeps any text unchanged', () => {
    const store = createStore();
    const text = JSON.stringify({ text: '\u0000 "quoted" \uD83D\uDE80 \u2028 ümläut \uD800', __proto__: null });
    const { task, entry } = commitAt(1, { id: '__proto__', row: text });
    store.commit({
      task,
      entry: { ...entry, text },
      artifacts: [{ hash: "h'; DROP TABLE task; --", text }],
      isNew: true,
    });
    expect(store.task('__proto__')).toEqual(taskAt(1, { id: '__proto__', row: text }));
    expect(store.journal('__proto__')).toEqual([{ ...entry, text }]);
    expect(store.artifact("h'; DROP TABLE task; --")).toBe(text);
    store.close();
  });

  it('lists the newest task first, by status and up to a limit', () => {
    const store = createStore();
    store.commit(commitAt(1, { id: 'old', created_at: 1, status: 'completed' }));
    store.commit(commitAt(1, { id: 'newest', created_at: 3, status: 'failed' }));
    store.commit(commitAt(1, { id: 'new', created_at: 2 }));
    store.commit(commitAt(1, { id: 'new-too', created_at: 2 }));
    const ids = (filter?: Parameters<TaskStore['tasks']>[0]): string[] => store.tasks(filter).map((task) => task.id);
    expect(ids()).toEqual(['newest', 'new-too', 'new', 'old']);
    expect(ids({ limit: 2 })).toEqual(['newest', 'new-too']);
    expect(ids({ limit: 0 })).toEqual([]);
    expect(ids({ status: ['running', 'completed'] })).toEqual(['new-too', 'new', 'old']);
    expect(ids({ status: ['running'], limit: 1 })).toEqual(['new-too']);
    expect(ids({ status: [] })).toEqual([]);
    store.close();
  });

  it('keeps what only the first commit says', () => {
    const store = createStore();
    store.commit(commitAt(1));
    store.commit(commitAt(2, { created_at: 9, mode: 'dry_run', pipeline: 'other' }));
    expect(store.task('task-1')).toEqual(taskAt(2));
    store.close();
  });

  it('refuses a new task with an id that is there and leaves the old one alone', () => {
    const store = createStore();
    store.commit(commitAt(1));
    expect(thrownBy(() => store.commit(commitAt(1, { status: 'other' })))).toEqual({
      code: 'TASK_ALREADY_EXISTS',
      message: 'A task with the id "task-1" exists.',
      details: { task: 'task-1' },
    });
    expect(store.task('task-1')).toEqual(taskAt(1));
    store.close();
  });

  it('refuses to go on with a task that is not there', () => {
    const store = createStore();
    expect(thrownBy(() => store.commit(commitAt(2)))?.code).toBe('TASK_NOT_FOUND');
    expect(store.tasks()).toEqual([]);
    store.close();
  });

  it('refuses an entry that was written already, so that two processes cannot both go on', () => {
    const store = createStore();
    store.commit(commitAt(1));
    store.commit(commitAt(2));
    store.commit(commitAt(3));
    expect(thrownBy(() => store.commit(commitAt(2, { status: 'other' })))).toEqual({
      code: 'TASK_BUSY',
      message: 'Entry 2 of the task "task-1" was written by another process.',
      details: { task: 'task-1', seq: 2 },
    });
    expect(store.task('task-1')).toEqual(taskAt(3));
    expect(store.journal('task-1')).toEqual([1, 2, 3].map((seq) => commitAt(seq).entry));
    store.close();
  });

  it('commits several tasks at once', () => {
    const store = createStore();
    store.commitAll([commitAt(1), commitAt(1, { id: 'task-2' }), commitAt(2)]);
    expect(store.task('task-1')).toEqual(taskAt(2));
    expect(store.task('task-2')).toEqual(taskAt(1, { id: 'task-2' }));
    expect(store.journal('task-1')).toEqual([commitAt(1).entry, commitAt(2).entry]);
    store.commitAll([]);
    store.close();
  });

  it('commits none of several tasks when one of them stands in the way', () => {
    const store = createStore();
    store.commit(commitAt(1));
    const artifacts = [{ hash: 'a', text: '1' }];
    const commits = [{ ...commitAt(1, { id: 'task-2' }), artifacts }, { ...commitAt(2), artifacts }, commitAt(1)];
    expect(thrownBy(() => store.commitAll(commits))?.details).toEqual({ task: 'task-1' });
    expect(store.tasks()).toEqual([listedAt(1)]);
    expect(store.journal('task-1')).toEqual([commitAt(1).entry]);
    expect(store.artifact('a')).toBe(undefined);
    store.close();
  });

  it('keeps an artifact and a definition once, whoever writes them again', () => {
    const store = createStore();
    store.commit({
      ...commitAt(1),
      artifacts: [
        { hash: 'a', text: '1' },
        { hash: 'a', text: '1' },
      ],
    });
    store.commit({
      ...commitAt(2),
      artifacts: [
        { hash: 'a', text: '1' },
        { hash: 'b', text: '2' },
      ],
    });
    store.saveDefinition('d', '{"workflow":1}');
    store.saveDefinition('d', '{"workflow":1}');
    expect([store.artifact('a'), store.artifact('b'), store.definition('d')]).toEqual(['1', '2', '{"workflow":1}']);
    store.close();
  });

  it('gives a task to one holder at a time', () => {
    const store = createStore();
    expect(store.acquire('task-1', holder('first'), 0)).toBe(true);
    expect(store.acquire('task-1', holder('first'), 1)).toBe(true);
    expect(store.acquire('task-1', holder('second'), 2)).toBe(false);
    expect(store.acquire('task-2', holder('second'), 2)).toBe(true);
    store.release('task-1', 'second');
    expect(store.acquire('task-1', holder('second'), 3)).toBe(false);
    store.release('task-1', 'first');
    expect(store.acquire('task-1', holder('second'), 4)).toBe(true);
    store.close();
  });

  it('says who has a task, until the lease is free to take', () => {
    const store = createStore();
    expect(store.holder('task-1', 0)).toBeUndefined();
    store.acquire('task-1', holder('first'), 0);
    expect(store.holder('task-1', 30_000)).toEqual(holder('first'));
    expect([store.holder('task-1', 30_001), store.holder('task-2', 0)]).toEqual([undefined, undefined]);
    store.release('task-1', 'first');
    expect(store.holder('task-1', 0)).toBeUndefined();
    store.close();
  });

  it('gives a task to another holder when its lease was not renewed in time', () => {
    const store = createStore();
    store.acquire('task-1', holder('first'), 0);
    store.acquire('task-2', holder('first'), 0);
    store.acquire('task-3', holder('third'), 0);
    store.renew('first', 20_000);
    expect(store.acquire('task-3', holder('second'), 30_000)).toBe(false);
    expect(store.acquire('task-3', holder('second'), 30_001)).toBe(true);
    expect(store.acquire('task-1', holder('second'), 50_000)).toBe(false);
    expect(store.acquire('task-1', holder('second'), 50_001)).toBe(true);
    expect(store.acquire('task-2', holder('first'), 60_000)).toBe(true);
    store.close();
  });

  it('does not keep a lease for hours because the clock was set back', () => {
    const store = createStore();
    store.acquire('task-1', holder('first'), 3_600_000);
    expect(store.acquire('task-1', holder('second'), 0)).toBe(true);
    store.close();
  });

  it('says that it is closed, however often it is closed', () => {
    const store = createStore();
    store.close();
    store.close();
    const calls: (() => unknown)[] = [
      () => store.commit(commitAt(1)),
      () => store.commitAll([]),
      () => store.task('x'),
      () => store.tasks(),
      () => store.journal('x'),
      () => store.artifact('x'),
      () => store.definition('x'),
      () => store.saveDefinition('x', 'y'),
      () => store.acquire('x', holder('first'), 0),
      () => store.release('x', 'first'),
      () => store.renew('first', 0),
      () => [...store.prune({ now: 0 })],
      () => store.sendSignal({ task: 'x', command: 'pause', at: 0 }),
      () => store.takeSignals(['x']),
      () => store.hasChanged(),
      () => store.saveChange(changeOf('x'), []),
      () => store.changes('x'),
      () => store.markUndone([1], 0),
    ];
    expect(calls.map((call) => thrownBy(call)?.code)).toEqual(calls.map(() => 'ENGINE_CLOSED'));
  });
}
