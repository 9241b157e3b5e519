import { EngineError } from '../errors/index.ts';
import { isTaskOver } from '../machines/index.ts';
import { matchesFilter } from '../services/index.ts';
import type { Host } from './host.ts';
import type { TaskRecord } from './task-record.ts';
import type { ListedTask, TaskHostOptions, TaskKeeper } from './host-state.ts';
import { createTaskHost } from './task-host.ts';

const noFaults: ReadonlyMap<string, unknown> = new Map();

/** Finished tasks that can still be looked at; older ones are forgotten. */
const keptTasks = 1_000;

/** Keeps tasks in this process only: for tests, and for work that need not survive it. */
export function createMemoryHost(options: Omit<TaskHostOptions, 'keeper'>): Host {
  return createTaskHost({ ...options, keeper: createMemoryKeeper() });
}

function createMemoryKeeper(): TaskKeeper {
  const tasks = new Map<string, TaskRecord>();
  const changedAt = new Map<string, number>();
  const finished = new Set<string>();
  const find = (taskId: string): TaskRecord => {
    const task = tasks.get(taskId);
    if (task === undefined) throw taskNotFound(taskId);
    return task;
  };
  const forget = (taskId: string): void => {
    for (const table of [finished, tasks, changedAt]) table.delete(taskId);
  };
  const add = (task: TaskRecord): void => {
    const { id } = task.creation;
    if (tasks.has(id)) throw taskExists(id);
    tasks.set(id, task);
    changedAt.set(id, task.creation.created_at);
  };
  return {
    add,
    noteCreation: add,
    noteStep: ({ creation }, _, at) => changedAt.set(creation.id, at),
    write: () => noFaults,
    find,
    tryFind: (taskId) => tasks.get(taskId),
    isOver: (taskId) => isTaskOver(find(taskId).state.status),
    statusOf: (taskId) => find(taskId).state.status,
    otherHolder: () => undefined,
    claim: () => undefined,
    release(taskId) {
      const task = tasks.get(taskId);
      if (task?.result === undefined || task.creation.parent !== undefined) return;
      const oldest = oldestBeyond(finished.add(taskId));
      if (oldest !== undefined) forget(oldest);
    },
    forget, // were child tasks kept, they would push out others
    list: (filter) =>
      [...tasks.values()]
        .map((task) => ({ mode: task.creation.mode, summary: summaryOf(task, changedAt.get(task.creation.id)) }))
        .filter(({ mode, summary }) => matchesFilter({ ...summary, mode }, filter))
        .map(({ summary }) => summary)
        .toReversed()
        .slice(0, filter.limit),
    close() {
      tasks.clear();
      changedAt.clear();
    },
  };
}

function oldestBeyond(finished: ReadonlySet<string>): string | undefined {
  const [oldest] = finished;
  return finished.size > keptTasks ? oldest : undefined;
}

function summaryOf({ creation, state, result }: TaskRecord, changedAt: number | undefined): ListedTask {
  const { id, definition, created_at } = creation;
  return { id, definition, created_at, updated_at: changedAt ?? created_at, status: result?.status ?? state.status };
}

function taskExists(taskId: string): EngineError {
  return new EngineError('TASK_ALREADY_EXISTS', `A task with the id "${taskId}" exists.`, {
    hint: 'Choose another id, or resume the task that is there.',
    details: { task: taskId },
  });
}

export function taskNotFound(taskId: string): EngineError {
  return new EngineError('TASK_NOT_FOUND', `There is no task "${taskId}".`, {
    hint: 'See "agent-engine tasks" for those there are.',
  });
}
