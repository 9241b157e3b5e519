import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { isTaskOver, toRow, type TaskStatus } from '../machines/index.ts';
import {
  currentHolder,
  leaseMs,
  type Artifact,
  type StoredTask,
  type TaskCommit,
  type TaskStore,
} from '../services/index.ts';
import type { Delivery } from './apply-step.ts';
import type { Clock } from './clock.ts';
import { concludeTask } from './conclude.ts';
import type { Host, TaskSummary } from './host.ts';
import { resultEntry } from './journal.ts';
import { taskNotFound } from './memory-host.ts';
import { replayTask } from './replay.ts';
import { createTaskHost, type TaskHostOptions, type TaskKeeper } from './task-host.ts';
import type { TaskRecord } from './task-record.ts';
import { storeValue } from './values.ts';

/** Statuses of tasks to which something can still happen. */
const openStatuses: ReadonlySet<string> = new Set(['pending', 'running', 'paused'] satisfies TaskStatus[]);

export interface LocalHostOptions extends Omit<TaskHostOptions, 'keeper'> {
  readonly store: TaskStore;
}

/** Keeps every step of every task in a state file: a task of a process that died goes on in the next one. */
export function createLocalHost(options: LocalHostOptions): Host {
  return createTaskHost({ ...options, keeper: createStoreKeeper(options) });
}

function createStoreKeeper({ store, clock, resolve }: LocalHostOptions): TaskKeeper {
  const holder = currentHolder(randomUUID());
  const claimed = new Set<string>();
  const created = new Map<string, TaskRecord>();
  const heartbeat = createHeartbeat(clock, () => store.renew(holder.id, clock.now()));
  return {
    add(task) {
      store.commit(creationCommit(task));
      created.set(task.creation.id, task);
    },
    commit: (task, delivery, at) => store.commit(stepCommit(task, delivery, at)),
    find(taskId) {
      const stored = store.task(taskId);
      if (stored === undefined) throw taskNotFound(taskId);
      const own = created.get(taskId);
      if (own?.state.seq === stored.seq) return own;
      return replayTask(stored, { store, resolve });
    },
    isOver(taskId) {
      const stored = store.task(taskId);
      if (stored === undefined) throw taskNotFound(taskId);
      return !openStatuses.has(stored.status);
    },
    claim(taskId) {
      if (store.task(taskId) === undefined) throw taskNotFound(taskId);
      if (!store.acquire(taskId, holder, clock.now())) throw taskBusy(taskId);
      claimed.add(taskId);
      heartbeat.start();
    },
    release(taskId) {
      created.delete(taskId);
      if (!claimed.delete(taskId)) return;
      if (claimed.size === 0) heartbeat.stop();
      ignoreFault(() => store.release(taskId, holder.id)); // it runs out by itself, and must not hide why the task stopped
    },
    list: (filter) => store.tasks(filter).map(summaryOf),
    close() {
      heartbeat.stop();
      store.close();
    },
  };
}

function taskBusy(taskId: string): EngineError {
  return new EngineError('TASK_BUSY', `Another process is at work on task "${taskId}".`, {
    hint: 'Wait until it is done, or end that process.',
  });
}

function creationCommit(task: TaskRecord): TaskCommit {
  const { pipeline, mode, tags, paused, created_at, input } = task.creation;
  const { stored, artifacts } = storeValue(input);
  const entry = { kind: 'created', pipeline, input: stored, mode, tags, paused };
  return { task: storedTask(task, created_at), entry: entryOf(task, entry, created_at), artifacts, isNew: true };
}

function stepCommit(task: TaskRecord, { message, result }: Delivery, at: number): TaskCommit {
  let entry: unknown = message;
  let artifacts: readonly Artifact[] = [];
  if (message.kind === 'result' && result !== undefined) {
    const value = storeValue(result.ok ? result.output : null);
    entry = resultEntry(message, result, value.stored);
    artifacts = value.artifacts;
  }
  return { task: storedTask(task, at), entry: entryOf(task, entry, at), artifacts, isNew: false };
}

function entryOf(task: TaskRecord, entry: unknown, at: number): TaskCommit['entry'] {
  return { seq: task.state.seq, at, text: JSON.stringify(entry) };
}

function storedTask(task: TaskRecord, at: number): StoredTask {
  const row = toRow(task.state);
  return {
    id: task.creation.id,
    definition: task.creation.definition,
    // The output of an end can still fail, so what the task came to is asked rather than what the machine says.
    status: isTaskOver(row.status) ? concludeTask(task).status : row.status,
    created_at: task.creation.created_at,
    updated_at: at,
    seq: row.seq,
    row: JSON.stringify(row),
  };
}

/** What a list says of a task. */
export function summaryOf({ id, status, definition, created_at, updated_at }: StoredTask): TaskSummary {
  return { id, status, definition, created_at, updated_at };
}

interface Heartbeat {
  start(): void;
  stop(): void;
}

function createHeartbeat(clock: Clock, beat: () => void): Heartbeat {
  let cancel: (() => void) | undefined;
  const arm = (): void => {
    cancel = clock.startTimer(leaseMs / 4, () => {
      ignoreFault(beat); // whoever takes the task over for that is noticed at the next commit
      arm();
    });
  };
  return {
    start() {
      if (cancel === undefined) arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

/** For what has no one to report to, and mends itself. */
function ignoreFault(work: () => void): void {
  try {
    work();
  } catch {
    // see where it is called
  }
}
