import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { isOpenStatus, isTaskOver, toRow } from '../machines/index.ts';
import {
  currentHolder,
  leaseMs,
  type Artifact,
  type ListedTask,
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
import type { TaskHostOptions, TaskKeeper } from './host-state.ts';
import { createSignalBox } from './signal-box.ts';
import { createTaskHost } from './task-host.ts';
import { createUnwritten } from './unwritten.ts';
import { rootOf } from './task-lineage.ts';
import type { ChildFrame, TaskRecord } from './task-record.ts';
import { storeValue } from './values.ts';

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
  const signals = createSignalBox({ store, clock, claimed });
  const heartbeat = createHeartbeat(clock, () => store.renew(holder.id, clock.now()));
  const unwritten = createUnwritten(store);
  const tryFind = (taskId: string): TaskRecord | undefined => {
    const fresh = unwritten.created(taskId);
    if (fresh !== undefined) return fresh;
    const stored = store.task(taskId);
    if (stored === undefined) return undefined;
    const own = created.get(taskId);
    return own?.state.seq === stored.seq ? own : replayTask(stored, { store, resolve });
  };
  return {
    add(task) {
      store.commit(creationCommit(task));
      created.set(task.creation.id, task);
    },
    noteCreation(task) {
      unwritten.note(creationCommit(task), task);
      created.set(task.creation.id, task);
    },
    noteStep: (task, delivery, at) => unwritten.note(stepCommit(task, delivery, at)),
    write: () => unwritten.write(),
    find(taskId) {
      const task = tryFind(taskId);
      if (task === undefined) throw taskNotFound(taskId);
      return task;
    },
    tryFind,
    claim(taskId) {
      if (store.task(taskId) === undefined) throw taskNotFound(taskId);
      // A child task is claimed with the task above it all: so no two processes have parts of one task.
      const root = rootOf(taskId);
      if (!store.acquire(root, holder, clock.now())) throw taskBusy(root);
      if (!claimed.has(root)) signals.clear(root);
      claimed.add(taskId);
      heartbeat.start();
      signals.start();
    },
    release(taskId) {
      created.delete(taskId);
      if (!claimed.delete(taskId)) return;
      if (claimed.size === 0) {
        heartbeat.stop();
        signals.stop();
      }
      const root = rootOf(taskId);
      if ([...claimed].some((id) => rootOf(id) === root)) return;
      ignoreFault(() => store.release(root, holder.id)); // it runs out by itself, and must not hide why the task stopped
    },
    forget: (taskId) => created.delete(taskId),
    list: (filter) => store.tasks(filter).map(summaryOf),
    ...lookups(store, clock, holder.id),
    signals,
    close() {
      heartbeat.stop();
      signals.stop();
      store.close();
    },
  };
}

/** What the store says of tasks, whoever has them. */
function lookups(
  store: TaskStore,
  clock: Clock,
  holderId: string,
): Pick<TaskKeeper, 'isOver' | 'statusOf' | 'otherHolder'> {
  const statusOf = (taskId: string): string => storedTaskOf(store, taskId).status;
  return {
    statusOf,
    isOver: (taskId) => !isOpenStatus(statusOf(taskId)),
    otherHolder(taskId) {
      const holder = store.holder(rootOf(taskId), clock.now());
      return holder?.id === holderId ? undefined : holder;
    },
  };
}

function storedTaskOf(store: TaskStore, taskId: string): StoredTask {
  const stored = store.task(taskId);
  if (stored === undefined) throw taskNotFound(taskId);
  return stored;
}

function taskBusy(taskId: string): EngineError {
  return new EngineError('TASK_BUSY', `Another process is at work on task "${taskId}".`, {
    hint: 'Wait until it is done, or end that process.',
  });
}

/** What makes a new task durable. */
export function creationCommit(task: TaskRecord): TaskCommit {
  const { pipeline, mode, tags, paused, breakpoints, created_at, begun_at, input, parent, frame } = task.creation;
  const { forked_from } = task.creation;
  const { stored, artifacts } = storeValue(input);
  const framed = storedFrame(frame);
  const stops = breakpoints === undefined ? {} : { breakpoints };
  const lineage = {
    ...(forked_from !== undefined && { forked_from }),
    ...(parent !== undefined && { parent }),
    ...(frame !== undefined && { frame: framed.stored }),
  };
  const entry = { kind: 'created', pipeline, input: stored, mode, tags, paused, ...stops, ...lineage };
  return {
    task: storedTask(task, created_at),
    entry: entryOf(task, entry, begun_at ?? created_at),
    artifacts: [...artifacts, ...framed.artifacts],
    isNew: true,
  };
}

function storedFrame({ item, ...frame }: ChildFrame = {}): { stored: object; artifacts: readonly Artifact[] } {
  if (item === undefined) return { stored: frame, artifacts: [] };
  const { stored, artifacts } = storeValue(item);
  return { stored: { ...frame, item: stored }, artifacts };
}

/** What makes a step durable that a task has just taken. */
export function stepCommit(task: TaskRecord, { message, result }: Delivery, at: number): TaskCommit {
  let entry: unknown = message;
  let artifacts: readonly Artifact[] = [];
  if (message.kind === 'result' && result !== undefined) {
    const value = storeValue(result.ok ? result.output : null);
    entry = resultEntry(message, result, value.stored);
    artifacts = value.artifacts;
  }
  return { task: storedTask(task, at), entry: entryOf(task, entry, at), artifacts, isNew: false };
}

/** The entry of the step that a task has just taken. */
export function entryOf(task: TaskRecord, entry: unknown, at: number): TaskCommit['entry'] {
  return { seq: task.state.seq, at, text: JSON.stringify(entry) };
}

/** A task as it stands, for the store. */
export function storedTask(task: TaskRecord, at: number): TaskCommit['task'] {
  const row = toRow(task.state);
  return {
    id: task.creation.id,
    definition: task.creation.definition,
    // The output of an end can still fail, so what the task came to is asked rather than what the machine says.
    status: isTaskOver(row.status) ? concludeTask(task).status : row.status,
    mode: task.creation.mode,
    pipeline: task.creation.pipeline,
    created_at: task.creation.created_at,
    updated_at: at,
    seq: row.seq,
    row: JSON.stringify(row),
  };
}

/** What a list says of a task. */
export function summaryOf({
  id,
  status,
  definition,
  created_at,
  updated_at,
}: ListedTask): Omit<TaskSummary, 'at_work'> {
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
