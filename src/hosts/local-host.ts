import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors/index.ts';
import { isOpenStatus } from '../machines/index.ts';
import {
  currentHolder,
  leaseMs,
  type LeaseHolder,
  type ListedTask,
  type StoredTask,
  type TaskStore,
} from '../services/index.ts';
import type { Clock } from './clock.ts';
import type { Host, TaskSummary } from './host.ts';
import { taskNotFound } from './memory-host.ts';
import { replayTask } from './journal/replay.ts';
import type { TaskHostOptions, TaskKeeper } from './host-state.ts';
import { createSignalBox, type SignalBox } from './orders/signal-box.ts';
import { createTaskHost } from './task-host.ts';
import { createUnwritten } from './journal/unwritten.ts';
import { rootOf } from './task-lineage.ts';
import { creationCommit, stepCommit } from './journal/task-commits.ts';
import type { TaskRecord } from './task-record.ts';

export interface LocalHostOptions extends Omit<TaskHostOptions, 'keeper'> {
  readonly store: TaskStore;
}

/** Keeps every step of every task in a state file: a task of a process that died goes on in the next one. */
export function createLocalHost(options: LocalHostOptions): Host {
  return createTaskHost({ ...options, keeper: createStoreKeeper(options) });
}

function createStoreKeeper({ store, clock, resolve }: LocalHostOptions): TaskKeeper {
  const holder = currentHolder(randomUUID());
  const created = new Map<string, TaskRecord>();
  const claims = createClaims({ store, clock, holder });
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
    claim: (taskId) => claims.claim(taskId),
    release(taskId) {
      created.delete(taskId);
      claims.release(taskId);
    },
    forget: (taskId) => created.delete(taskId),
    list: (filter) => store.tasks(filter).map(summaryOf),
    ...lookups(store, clock, holder.id),
    signals: claims.signals,
    close() {
      claims.stop();
      store.close();
    },
  };
}

interface Claims {
  readonly signals: SignalBox;
  claim(taskId: string): void;
  release(taskId: string): void;
  /** Of all tasks, as a process does that ends. */
  stop(): void;
}

interface ClaimParts extends Pick<LocalHostOptions, 'store' | 'clock'> {
  readonly holder: LeaseHolder;
}

/** The tasks that this process has, kept alive and open to orders of others. */
function createClaims({ store, clock, holder }: ClaimParts): Claims {
  const claimed = new Set<string>();
  /** How many claimed tasks share a lease, by the task that has it: there may be thousands, and each is let go once. */
  const sharing = new Map<string, number>();
  const signals = createSignalBox({ store, clock, claimed });
  const heartbeat = createHeartbeat(clock, () => store.renew(holder.id, clock.now()));
  const stop = (): void => {
    heartbeat.stop();
    signals.stop();
  };
  return {
    signals,
    claim(taskId) {
      if (store.task(taskId) === undefined) throw taskNotFound(taskId);
      // A child task is claimed with the task above it all: so no two processes have parts of one task.
      const root = rootOf(taskId);
      if (!store.acquire(root, holder, clock.now())) throw taskBusy(root);
      if (!claimed.has(root)) signals.clear(root);
      if (!claimed.has(taskId)) sharing.set(root, (sharing.get(root) ?? 0) + 1);
      claimed.add(taskId);
      heartbeat.start();
      signals.start();
    },
    release(taskId) {
      if (!claimed.delete(taskId)) return;
      if (claimed.size === 0) stop();
      const root = rootOf(taskId);
      const left = (sharing.get(root) ?? 1) - 1;
      sharing.set(root, left);
      if (left > 0) return;
      sharing.delete(root);
      ignoreFault(() => store.release(root, holder.id)); // it runs out by itself, and must not hide why the task stopped
    },
    stop,
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
    hint: 'Wait until it is done, or pause or cancel it.',
  });
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
