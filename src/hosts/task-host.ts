import { EngineError } from '../errors/index.ts';
import { isTaskOver, type ControlCommand } from '../machines/index.ts';
import type { TaskFilter } from '../services/index.ts';
import type { Clock } from './clock.ts';
import { concludeTask } from './conclude.ts';
import type { Host, TaskSummary } from './host.ts';
import { startRecord } from './replay.ts';
import type { StageRunner } from './stage-runner.ts';
import type { TaskListener } from './task-events.ts';
import type { RunnablePipeline, TaskRecord, TaskResult } from './task-record.ts';
import { createTaskWorker, type TaskWorker, type WorkerParts } from './task-worker.ts';

/** Where a host keeps its tasks. */
export interface TaskKeeper {
  /** Makes a new task durable. Throws TASK_ALREADY_EXISTS. */
  add(task: TaskRecord): void;
  commit: WorkerParts['commit'];
  /** A task that is not at work here. Throws TASK_NOT_FOUND, STORE_JOURNAL_BROKEN. */
  find(taskId: string): TaskRecord;
  /** How a task that is not at work here stands. Throws TASK_NOT_FOUND. */
  isOver(taskId: string): boolean;
  /** Claims a task for this process. Throws TASK_BUSY. */
  claim(taskId: string): void;
  /** Lets go of a task that is over or at rest. */
  release(taskId: string): void;
  list(filter: TaskFilter): readonly TaskSummary[];
  close(): void;
}

export interface TaskHostOptions {
  readonly clock: Clock;
  readonly keeper: TaskKeeper;
  readonly runStage: StageRunner;
  readonly listener: TaskListener;
  readonly resolve: (definition: string, pipeline: string) => RunnablePipeline;
}

interface HostState extends TaskHostOptions {
  readonly workers: Map<string, TaskWorker>;
  isClosed: boolean;
}

/** The host that the memory and the local one share: workers in this process over some way of keeping tasks. */
export function createTaskHost(options: TaskHostOptions): Host {
  const host: HostState = { ...options, workers: new Map(), isClosed: false };
  return {
    create(creation) {
      assertOpen(host);
      const task = startRecord(creation, host.resolve(creation.definition, creation.pipeline));
      host.keeper.add(task);
      return task;
    },
    run: (taskId) => runTask(host, taskId),
    control: (taskId, command) => control(host, taskId, command),
    isAtWork: (taskId) => host.workers.has(taskId),
    cancel: (taskId) => cancelTask(host, taskId),
    view(taskId) {
      assertOpen(host);
      return host.workers.get(taskId)?.task ?? host.keeper.find(taskId);
    },
    tasks(filter = {}) {
      assertOpen(host);
      return host.keeper.list(filter);
    },
    close: () => close(host),
  };
}

async function runTask(host: HostState, taskId: string): Promise<TaskResult> {
  assertOpen(host);
  const running = host.workers.get(taskId);
  if (running?.hasEnded() === true) {
    await Promise.allSettled([running.result]); // it came to rest in this very turn
    return runTask(host, taskId);
  }
  if (running !== undefined) {
    running.takeUp();
    return running.result;
  }
  const task = claimTask(host, taskId);
  if (isTaskOver(task.state.status)) {
    host.keeper.release(taskId);
    return concludeTask(task);
  }
  return startWorker(host, task, task.state.status === 'pending' ? 'start' : 'resume');
}

async function cancelTask(host: HostState, taskId: string): Promise<TaskResult> {
  assertOpen(host);
  const running = host.workers.get(taskId);
  if (running !== undefined) {
    running.post({ message: { kind: 'control', command: 'cancel' } });
    return running.result;
  }
  const task = claimTask(host, taskId);
  if (!isTaskOver(task.state.status)) return startWorker(host, task, 'cancel');
  host.keeper.release(taskId);
  throw alreadyOver(taskId);
}

/** A task for this process alone. It is read only then: before, another process may have gone on with it. */
function claimTask(host: HostState, taskId: string): TaskRecord {
  host.keeper.claim(taskId);
  try {
    return host.keeper.find(taskId);
  } catch (error) {
    host.keeper.release(taskId);
    throw error;
  }
}

/** Carries a task on, beginning with a command: that it is at work again is an entry of its journal. */
async function startWorker(host: HostState, task: TaskRecord, command: ControlCommand): Promise<TaskResult> {
  const { clock, runStage, listener, keeper } = host;
  const taskId = task.creation.id;
  const worker = createTaskWorker(task, { clock, runStage, listener, commit: keeper.commit, conclude: concludeTask });
  host.workers.set(taskId, worker); // before anything is told, so that a listener can give a command
  worker.start({ message: { kind: 'control', command } });
  try {
    return await worker.result;
  } finally {
    host.workers.delete(taskId);
    keeper.release(taskId);
  }
}

function control(host: HostState, taskId: string, command: ControlCommand): void {
  assertOpen(host);
  const message = { kind: 'control', command } as const;
  const running = host.workers.get(taskId);
  if (running !== undefined) {
    running.post({ message });
    return;
  }
  if (host.keeper.isOver(taskId)) throw alreadyOver(taskId);
  throw new EngineError(
    'TASK_NOT_AT_WORK',
    `Task "${taskId}" is not at work in this process, so it cannot take "${command}".`,
    { hint: 'Run or resume it first.' },
  );
}

function alreadyOver(taskId: string): EngineError {
  return new EngineError('TASK_ALREADY_OVER', `Task "${taskId}" is over.`, {
    hint: `See it with: agent-engine show ${taskId}`,
  });
}

async function close(host: HostState): Promise<void> {
  if (host.isClosed) return;
  host.isClosed = true;
  const results = [...host.workers.values()].map((worker) => {
    const { id } = worker.task.creation;
    worker.stop(new EngineError('ENGINE_CLOSED', `The engine was closed while task "${id}" was at work.`));
    return worker.result;
  });
  await Promise.allSettled(results);
  host.keeper.close();
}

function assertOpen(host: HostState): void {
  if (host.isClosed) throw new EngineError('ENGINE_CLOSED', 'The engine has been closed.', { hint: 'Make a new one.' });
}
